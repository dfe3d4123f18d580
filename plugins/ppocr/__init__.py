"""PP-OCR: finds the lines of text in a picture, and reads each of them."""
