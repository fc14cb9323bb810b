"""From a seized file to rows: sealed, numbered, accounted for; titles become codes here and go no further."""

from soken.intake.acquisition import Acquisition, received_moment
from soken.intake.custody import Act, CustodyEvent, add_custody_event, custody, event_hash
from soken.intake.mapping import Mapping, load_mapping
from soken.intake.profile import Profile, profile_named, profiles
from soken.intake.proposals import Proposal, propose
from soken.intake.raw import raw_bytes
from soken.intake.readings import Reading, check_readings, current_reading, reading_numbered
from soken.intake.reasons import REASONS
from soken.intake.seal import Manifest, read_manifest, seal, verify
from soken.intake.take_in import IntakeResult, reread, rereading, take_in

__all__ = [
    "REASONS",
    "Acquisition",
    "Act",
    "CustodyEvent",
    "IntakeResult",
    "Manifest",
    "Mapping",
    "Profile",
    "Proposal",
    "Reading",
    "add_custody_event",
    "check_readings",
    "current_reading",
    "custody",
    "event_hash",
    "load_mapping",
    "profile_named",
    "profiles",
    "propose",
    "raw_bytes",
    "read_manifest",
    "reading_numbered",
    "received_moment",
    "reread",
    "rereading",
    "seal",
    "take_in",
    "verify",
]
