"""The approved content: facts, stages, roles, worries, contacts. Files under data/, typed and checked."""

from actions.content.loader import Content, content, file_content, lay, load_content

__all__ = ["Content", "content", "file_content", "lay", "load_content"]
