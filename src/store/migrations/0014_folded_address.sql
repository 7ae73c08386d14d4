-- Two spellings of one mailbox are one; the last requests looked at each address for that.
CREATE UNIQUE INDEX subscriber_folded ON subscriber (lower(address));
