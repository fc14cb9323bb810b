"""What came up for somebody since they last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from soken.casework.actions.mark_read import mark_read
from soken.casework.selectors.notifications import notifications_together
from soken.desk.gate import signed_in
from soken.desk.posted import is_number
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


#: Codes shown of an entry before they are folded away.
CODES: Final = 12


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """List the user's notifications; mark those of one entry, or all, as read."""
    user = signed_user(request)
    if request.method == "POST":
        said = request.POST.get("keys", "")
        keys = [int(key) for key in said.split(",") if is_number(key)]
        if keys or not said:
            mark_read(by=user, keys=keys or None)
        return redirect("notifications")
    return render(request, "desk/notifications.html", {"found": notifications_together(user), "codes": CODES})
