"""Every table of the product, so that `Base.metadata` is complete."""

from actions.alerts import models as alerts
from actions.audit import models as audit
from actions.chat import models as chat
from actions.checklists import models as checklists
from actions.handoffs import models as handoffs
from actions.joint import models as joint
from actions.local import models as local
from actions.meeting import models as meeting
from actions.nav import models as nav
from actions.review import models as review
from actions.staff import models as staff

__all__ = ["alerts", "audit", "chat", "checklists", "handoffs", "joint", "local", "meeting", "nav", "review", "staff"]
