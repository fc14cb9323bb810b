"""Words for priority: bands, groups of factors, lateness, why an assessment is due; in the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from soken.access.policy import Act
from soken.casework.actions.assess import RESCORED
from soken.casework.actions.rescore_all import Effect
from soken.casework.models.priority import BAND_NAMES
from soken.casework.selectors.band_rates import Grouping
from soken.casework.selectors.instrument import targets_in_use
from soken.casework.selectors.ownership import force_named
from soken.desk.words import page_language
from soken.prioritise.instrument import UNKNOWN, Group, PriorityBand
from soken.reference.prefectures import prefecture_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from soken.casework.models import Assessment, SecondAssessment
    from soken.prioritise.instrument import Factor, Instrument

#: Before the code of a factor, in the form of an assessment.
_ANSWER: Final = "answer-"
GROUP_WORDS: Final[dict[Group, _StrPromise]] = {
    Group.PRIOR: pgettext_lazy("factors", "Prior behaviour"),
    Group.ACCESS: pgettext_lazy("factors", "Access to children"),
    Group.CONDUCT: pgettext_lazy("factors", "Current conduct"),
    Group.OTHER: pgettext_lazy("factors", "Other"),
}
#: Act that brought a new fact → what people call the fact.
FACT_WORDS: Final[dict[str, _StrPromise]] = {
    Act.RECORD_FINDING: gettext_lazy("a new finding"),
    Act.CONFIRM_IDENTITY: gettext_lazy("the identity"),
    Act.END_DOSSIER: gettext_lazy("the end of the work"),
    Act.RECORD_OFFENCE: gettext_lazy("an alleged offence"),
    Act.RECORD_CUSTODY: gettext_lazy("custody"),
    Act.RECORD_WARRANT: gettext_lazy("a warrant"),
    Act.NOTIFY_SAFETY: gettext_lazy("word to or from child protection"),
    Act.DRAW_SAMPLE: gettext_lazy("a second, blind assessment that came out higher"),
}


EFFECT_WORDS: Final[dict[Effect, _StrPromise]] = {
    Effect.RAISED: gettext_lazy("raised at once"),
    Effect.LOWERING: gettext_lazy("a lowering waits for two people"),
    Effect.SAME: gettext_lazy("the band stays"),
    Effect.DATES: gettext_lazy("new dates; nobody has assessed"),
    Effect.REFUSED: gettext_lazy("refused"),
}


def group_words(group: str, by: Grouping) -> str:
    """Name a force, or a prefecture that the list claims."""
    if not group:
        return _("no force") if by is Grouping.FORCE else _("none")
    if by is Grouping.FORCE:
        force = force_named(group)
        return force.said(page_language()) if force else group
    return prefecture_name(group, page_language())


def effect_words(effect: Effect) -> str:
    """Say what scoring anew does to a person."""
    return str(EFFECT_WORDS[effect])


def band_words(band: str) -> str:
    """Name a band; '' is nobody's assessment."""
    return str(BAND_NAMES[PriorityBand(band)]) if band else _("not assessed")


def reason_words(reason: str) -> str:
    """Say why a version was made; a machine's re-score by the instrument's name."""
    if reason.startswith(RESCORED):
        return _("scored by the machine on %(instrument)s") % {"instrument": reason.removeprefix(RESCORED)}
    return reason


def rates_of(instrument: Instrument) -> list[dict[str, Any]]:
    """Return every band with its targets and the published rates beside it, in the language of the page."""
    return [
        {
            "code": band.code.value,
            "points": band.points,
            "target": band.target_days,
            "alarm": band.alarm_days,
            "rates": [(rate.tool, rate.share * 100, _said(rate)) for rate in instrument.rates_of(band.code)],
        }
        for band in instrument.bands.values()
    ]  # fmt: skip


def questions_of(instrument: Instrument, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the questions by group, with what was answered.

    Args:
        instrument: what is asked.
        given: factor → answer; what is left out is unknown.
    """
    return [
        {
            "words": GROUP_WORDS[group],
            "factors": [
                _question(factor, given.get(factor.code, UNKNOWN))
                for factor in instrument.factors.values()
                if factor.group is group
            ],
        }
        for group in Group
    ]


def _question(factor: Factor, given: str) -> dict[str, Any]:
    """Return a question with its answers."""
    answers = [(code, _said(one), one.points, given == code) for code, one in factor.answers.items()]
    return {
        "code": factor.code,
        "words": _said(factor),
        "hint": factor.hint_ja if page_language() == "ja" else factor.hint_en,
        "required": factor.required,
        "grade": factor.grade,
        "most": factor.most,
        "answers": answers,
        "unknown": given not in factor.answers,
    }


def answers_given(posted: Mapping[str, str]) -> dict[str, str]:
    """Return factor → answer, as the form of an assessment was filled in; what is not known is left out."""
    return {
        name.removeprefix(_ANSWER): str(given)
        for name, given in posted.items()
        if name.startswith(_ANSWER) and given != UNKNOWN
    }


def answers_apart(second: SecondAssessment) -> list[tuple[str, str, str]]:
    """Return the questions that the two assessors answered otherwise: words, first answer, second answer."""
    instrument = targets_in_use()
    first, other = second.first.answers, second.answers or {}
    return [
        (_question_words(instrument, code), _answer_words(instrument, code, first.get(code, UNKNOWN)),
         _answer_words(instrument, code, other.get(code, UNKNOWN)))
        for code in {**first, **other} if first.get(code, UNKNOWN) != other.get(code, UNKNOWN)
    ]  # fmt: skip


def _question_words(instrument: Instrument, factor: str) -> str:
    """Return a question in words, by its code where the instrument in use no longer asks it."""
    known = instrument.factors.get(factor)
    return _said(known) if known else factor


def _answer_words(instrument: Instrument, factor: str, answer: str) -> str:
    """Return an answer in words, by its code where the instrument in use no longer has it."""
    if answer == UNKNOWN:
        return _("not known")
    known = instrument.factors.get(factor)
    found = known.answers.get(answer) if known else None
    return _said(found) if found else answer


def counted(assessment: Assessment, instrument: Instrument) -> list[dict[str, Any]]:
    """Return what each answer of a version counted, in words where the instrument in use still has them."""
    shown = []
    for one in assessment.contributions:
        factor = instrument.factors.get(one["factor"])
        answer = factor.answers.get(one["answer"]) if factor else None
        shown.append(
            {
                "factor": _said(factor) if factor else one["factor"],
                "group": GROUP_WORDS[Group(one["group"])],
                "unknown": one["answer"] == UNKNOWN,
                "answer": _said(answer) if answer else one["answer"],
                "points": one["points"],
                "assumed": one["assumed"],
            }
        )
    return shown


def _said(one: Any) -> str:
    """Return the words in the language of the page."""
    return str(one.ja if page_language() == "ja" else one.en)
