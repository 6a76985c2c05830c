SELECT * FROM instruments
