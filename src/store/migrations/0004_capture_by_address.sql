-- Access by address and time asks for captures of an address whichever page they belong to.
CREATE INDEX capture_by_address ON capture (url, at);
