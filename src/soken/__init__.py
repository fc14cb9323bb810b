"""Soken carries a seized customer list from the file to referral and honest statistics."""

__version__ = "0.1.0"
