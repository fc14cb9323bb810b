"""One file a noun."""

from soken.casework.models.attachment import Attachment
from soken.casework.models.bulk_person import BulkPerson, BulkState
from soken.casework.models.clearance import CasePerson, CaseVictim, ClearedCase, ClearedPerson, Dataset, Victim, Vintage
from soken.casework.models.compartment import (
    Category,
    Compartment,
    CompartmentAccess,
    CompartmentBar,
    CompartmentKind,
    CompartmentMatch,
    CompartmentOpening,
    CompartmentPerson,
    CompartmentRow,
    OpeningKind,
    Protected,
)
from soken.casework.models.court_verdict import CourtVerdict
from soken.casework.models.disclosure import (
    ALL_PACKETS,
    ASKED_FOR,
    Disclosure,
    DisclosureForm,
    DisclosureState,
    DisclosureTaking,
)
from soken.casework.models.dossier import Dossier, DossierRow, StageChange
from soken.casework.models.ending import DossierEnding
from soken.casework.models.enquiry import EnquiryResult, LineOfEnquiry, RivalExplanation
from soken.casework.models.evidence import EvidenceItem
from soken.casework.models.exhibit import Corroboration, ElementExhibit, Exhibit
from soken.casework.models.feed import FeedDecision, FeedEntry, FeedSource, FeedState, FeedStep, FeedVersion
from soken.casework.models.force_sight import ReadingChange
from soken.casework.models.handover import IncomingHandover, OutgoingHandover, Peer
from soken.casework.models.identity import IdentityConfirmation, Party, PartyRole
from soken.casework.models.interview import Interview
from soken.casework.models.job import Job, JobKind, JobState
from soken.casework.models.judgement import ActKind, Judgement, ReviewAct, Verdict
from soken.casework.models.lawbreaking import LawbreakingChild
from soken.casework.models.misidentification import (
    DecisionKind,
    FrozenRow,
    Misidentification,
    MisidentificationAnswer,
    MisidentificationDecision,
    Recall,
)
from soken.casework.models.note import Note
from soken.casework.models.notification import Notification, NotificationKind
from soken.casework.models.offence import AllegedOffence, LimitationStart
from soken.casework.models.old_case import LineOutcome, OldCaseImport, OldCaseLine
from soken.casework.models.operation import Membership, Operation
from soken.casework.models.ownership import ElsewhereCheck, Ownership, PlaceFact
from soken.casework.models.person import Band, Person
from soken.casework.models.priority import Assessment, BandChange, ChangeState, Priority
from soken.casework.models.referral import Disposition, InquestReview, Referral, ReferralKind, WithdrawnReceipt
from soken.casework.models.restraint import Arrester, ArrestForm, CustodyStep, Restraint
from soken.casework.models.retention import RetentionChoice, RetentionReview
from soken.casework.models.review_pair import ReviewPair
from soken.casework.models.rows_change import RowsChange
from soken.casework.models.run import ResolveRun
from soken.casework.models.run_candidate import CandidateState, RunCandidate
from soken.casework.models.safety import SafetyNotification
from soken.casework.models.same_suspect import SameSuspect
from soken.casework.models.saved_filter import FilteredPage, SavedFilter
from soken.casework.models.screening import Screening
from soken.casework.models.second_assessment import AssessmentSample, SecondAssessment
from soken.casework.models.squad import Squad, SquadApproval, SquadCommander, SquadDossier, SquadEnd, SquadStep
from soken.casework.models.task import Task
from soken.casework.models.transfer import NamedNotice, Transfer
from soken.casework.models.warrant import Warrant, WarrantDossier, WarrantState
from soken.casework.models.welfare import WelfareCheck, WelfarePlan

__all__ = [
    "ALL_PACKETS",
    "ASKED_FOR",
    "ActKind",
    "AllegedOffence",
    "ArrestForm",
    "Arrester",
    "Assessment",
    "AssessmentSample",
    "Attachment",
    "Band",
    "BandChange",
    "BulkPerson",
    "BulkState",
    "CandidateState",
    "CasePerson",
    "CaseVictim",
    "Category",
    "ChangeState",
    "ClearedCase",
    "ClearedPerson",
    "Compartment",
    "CompartmentAccess",
    "CompartmentBar",
    "CompartmentKind",
    "CompartmentMatch",
    "CompartmentOpening",
    "CompartmentPerson",
    "CompartmentRow",
    "Corroboration",
    "CourtVerdict",
    "CustodyStep",
    "Dataset",
    "DecisionKind",
    "Disclosure",
    "DisclosureForm",
    "DisclosureState",
    "DisclosureTaking",
    "Disposition",
    "Dossier",
    "DossierEnding",
    "DossierRow",
    "ElementExhibit",
    "ElsewhereCheck",
    "EnquiryResult",
    "EvidenceItem",
    "Exhibit",
    "FeedDecision",
    "FeedEntry",
    "FeedSource",
    "FeedState",
    "FeedStep",
    "FeedVersion",
    "FilteredPage",
    "FrozenRow",
    "IdentityConfirmation",
    "IncomingHandover",
    "InquestReview",
    "Interview",
    "Job",
    "JobKind",
    "JobState",
    "Judgement",
    "LawbreakingChild",
    "LimitationStart",
    "LineOfEnquiry",
    "LineOutcome",
    "Membership",
    "Misidentification",
    "MisidentificationAnswer",
    "MisidentificationDecision",
    "NamedNotice",
    "Note",
    "Notification",
    "NotificationKind",
    "OldCaseImport",
    "OldCaseLine",
    "OpeningKind",
    "Operation",
    "OutgoingHandover",
    "Ownership",
    "Party",
    "PartyRole",
    "Peer",
    "Person",
    "PlaceFact",
    "Priority",
    "Protected",
    "ReadingChange",
    "Recall",
    "Referral",
    "ReferralKind",
    "ResolveRun",
    "Restraint",
    "RetentionChoice",
    "RetentionReview",
    "ReviewAct",
    "ReviewPair",
    "RivalExplanation",
    "RowsChange",
    "RunCandidate",
    "SafetyNotification",
    "SameSuspect",
    "SavedFilter",
    "Screening",
    "SecondAssessment",
    "Squad",
    "SquadApproval",
    "SquadCommander",
    "SquadDossier",
    "SquadEnd",
    "SquadStep",
    "StageChange",
    "Task",
    "Transfer",
    "Verdict",
    "Victim",
    "Vintage",
    "Warrant",
    "WarrantDossier",
    "WarrantState",
    "WelfareCheck",
    "WelfarePlan",
    "WithdrawnReceipt",
]
