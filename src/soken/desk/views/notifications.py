"""What came up for somebody since they last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from soken.casework.actions.mark_read import mark_read
from soken.casework.selectors.notifications import notifications_of
from soken.desk.gate import signed_in
from soken.desk.posted import is_number
from soken.desk.views.signed import signed_user

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """List the user's notifications; mark one or all as read."""
    user = signed_user(request)
    if request.method == "POST":
        key = request.POST.get("key", "")
        if not key or is_number(key):
            mark_read(by=user, key=int(key) if key else None)
        return redirect("notifications")
    return render(request, "desk/notifications.html", {"found": notifications_of(user)})
