// Shows in the preview what is being typed. Without this script the preview shows what is saved.

const preview = document.getElementById("preview");
const box = document.getElementById("form0");

box.addEventListener("input", () => preview.contentWindow.postMessage({ text: box.value }, location.origin));
