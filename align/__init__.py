"""Chinese-English document alignment, translation memory and terminology checking."""

__version__ = "0.1.0"
