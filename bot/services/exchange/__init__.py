"""导入导出: own material out of sheets, pasted text and Moodle's files, and questions into them."""
