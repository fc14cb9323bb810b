"""The versions of the filter feed, of all operations together: publish the next one, carry away a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soken.access.policy import Act, allows
from soken.casework.actions.publish_feed import publish_feed
from soken.casework.models import FeedVersion
from soken.casework.selectors.feed import VERSIONS, is_behind, version_numbered
from soken.casework.selectors.feed_files import feed_public_key, version_file
from soken.casework.selectors.store import home
from soken.core.errors import SokenError
from soken.desk.feed_words import FORM_WORDS
from soken.desk.gate import for_role
from soken.desk.posted import number, status_of
from soken.desk.views.signed import signed_user
from soken.exchange.feed_forms import FORMS, Form

if TYPE_CHECKING:
    from django.http import HttpRequest


@for_role(Act.SEE_FEED)
@require_http_methods(["GET", "HEAD", "POST"])
def feed_versions(request: HttpRequest) -> HttpResponse:
    """Show the versions, hand out a file of one, or publish the next."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            made = publish_feed(home(), by=signed_user(request))
        except SokenError as refused:
            problem, status = refused.message, status_of(refused)
        else:
            messages.success(request, _("Version %(number)s is published.") % {"number": made.number})
            return redirect("feed-versions")
    if "file" in request.GET:
        return _file(request)
    context = {
        "problem": problem, "behind": is_behind(), "key": feed_public_key(home()),
        "versions": FeedVersion.objects.select_related("made_by", "previous")[:VERSIONS],
        "forms": [(form.value, FORM_WORDS[form]) for form in Form],
        "may_publish": allows(request.user, Act.PUBLISH_FEED),
    }  # fmt: skip
    return render(request, "desk/feed_versions.html", context, status=status)


def _file(request: HttpRequest) -> HttpResponse:
    """Hand out a file of a version."""
    said = request.GET["file"]
    if said not in {form.value for form in Form}:
        raise Http404
    form, version = Form(said), version_numbered(number(request.GET.get("version")))
    answer = HttpResponse(version_file(home(), version, form), content_type="text/plain; charset=us-ascii")
    answer["Content-Disposition"] = f'attachment; filename="{version.number:04d}-{FORMS[form].name}"'
    return answer
