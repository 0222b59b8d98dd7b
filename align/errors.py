"""The errors that callers can act on; the command line turns each into one line and exit code 2."""


class AlignError(Exception):
    """Base of every error that is the input's or the user's, not a bug.

    The message says what is wrong, where (file, line, segment) and what to do.
    """


class InputError(AlignError):
    """A file cannot be used: missing, empty, binary, corrupt, in the wrong language or encoding."""


class FormatError(AlignError):
    """A TMX, TBX, XLSX, SRX or table does not say what its format demands."""


class ModelError(AlignError):
    """An encoder cannot be found or loaded, or does not fit what it is asked for."""


class NotTranslationsError(AlignError):
    """Two documents are not translations of each other, or are given the wrong way round."""


class MemoryFileError(AlignError):
    """A translation memory is locked, of a newer schema, or not a memory at all."""
