// Keys of the review queue: s, d or u choose the verdict, a digit the reason; Enter sends the form, as everywhere.
// They work only while the form has the focus, and never where somebody is typing (WCAG 2.1.4).
(function () {
  "use strict";
  var form = document.querySelector("form[data-pair]");
  if (!form) return;
  var current = null;

  function typing(target) {
    return target.matches("input[type=text], input:not([type]), textarea, select, [contenteditable]");
  }

  form.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    var key = event.key.toLowerCase();
    var group = form.querySelector('fieldset[data-key="' + (/^[sdu]$/.test(key) ? key : "") + '"]');
    if (group) {
      current = group;
      group.querySelector("input[type=radio]").focus();
      event.preventDefault();
    } else if (/^[1-9]$/.test(key)) {
      var within = current || event.target.closest("fieldset");
      var choice = within && within.querySelectorAll("input[type=radio]")[Number(key) - 1];
      if (choice) {
        choice.checked = true;
        choice.focus();
        event.preventDefault();
      }
    } else if (key === "enter" && event.target === form) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  if (!document.querySelector("[role=alert]")) form.focus({ preventScroll: true });
})();
