"""One file a noun."""

from soken.casework.models.dossier import Dossier, DossierRow, StageChange
from soken.casework.models.evidence import EvidenceItem
from soken.casework.models.judgement import Judgement, Verdict
from soken.casework.models.operation import Membership, Operation
from soken.casework.models.person import Band, Person
from soken.casework.models.run import ResolveRun

__all__ = [
    "Band",
    "Dossier",
    "DossierRow",
    "EvidenceItem",
    "Judgement",
    "Membership",
    "Operation",
    "Person",
    "ResolveRun",
    "StageChange",
    "Verdict",
]
