"""Files of the trade: TMX, TBX, CSV, TSV and XLSX, read, written and validated as streams."""
