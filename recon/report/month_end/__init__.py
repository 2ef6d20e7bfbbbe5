"""Month-end for people: the workbook and the page, from the frames that are published."""
