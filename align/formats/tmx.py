"""TMX 1.4: what the rest of the house uses of it; the work is done in the modules named tmx_…"""

from align.formats.tmx_fields import date
from align.formats.tmx_read import ReadReport, read_units
from align.formats.tmx_rules import examine, validate
from align.formats.tmx_write import WriteReport, content_id, write_units

__all__ = [
    "ReadReport",
    "WriteReport",
    "content_id",
    "date",
    "examine",
    "read_units",
    "validate",
    "write_units",
]
