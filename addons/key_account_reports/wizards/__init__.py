from . import open_sheets
