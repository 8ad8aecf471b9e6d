"""Cases on disk: a folder of CSV tables or an Excel workbook, in and out without loss."""

from brownfield.files.folder import write_folder
from brownfield.files.read import read_case
from brownfield.files.workbook import write_workbook

__all__ = ["read_case", "write_folder", "write_workbook"]
