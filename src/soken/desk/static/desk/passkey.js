// Says on the page that a passkey gave no answer; the sign-in's own script tells it to nobody but the console.
(function () {
  "use strict";
  document.addEventListener("allauth.error", function (event) {
    var problem = document.getElementById("passkey-problem");
    if (!problem) return;
    problem.hidden = false;
    event.preventDefault();
  });
})();
