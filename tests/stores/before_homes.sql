-- The database of a receiver as it was when it served one home, with something in every table.
-- {id} and {hash} are what SQLite and PostgreSQL say in their own ways; every time is one of November 2026.
CREATE TABLE mentions (id {id} PRIMARY KEY, "key" VARCHAR(32) NOT NULL UNIQUE, status_id VARCHAR(32) NOT NULL UNIQUE, source TEXT NOT NULL, target TEXT NOT NULL, host TEXT NOT NULL, page TEXT NOT NULL, status VARCHAR(8) NOT NULL, received FLOAT NOT NULL, arrived FLOAT NOT NULL, verified FLOAT, next_try FLOAT, tries INTEGER NOT NULL, kills INTEGER NOT NULL, lease VARCHAR(32), lease_until FLOAT, reason TEXT NOT NULL, approved TEXT, pending TEXT, undo TEXT, change_number BIGINT UNIQUE);
CREATE INDEX ix_mentions_page ON mentions {hash} (page);
CREATE INDEX ix_mentions_status ON mentions (status);
CREATE INDEX mentions_due ON mentions (next_try, host);
CREATE INDEX mentions_leased ON mentions (lease_until);
CREATE INDEX mentions_of_host ON mentions (host, next_try);
CREATE TABLE hosts (host TEXT NOT NULL PRIMARY KEY, served FLOAT NOT NULL);
CREATE INDEX hosts_served ON hosts (served);
CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
CREATE TABLE changes (number BIGINT NOT NULL PRIMARY KEY, moment FLOAT NOT NULL);
CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE decided (mention BIGINT NOT NULL PRIMARY KEY, place TEXT NOT NULL, approved INTEGER NOT NULL, moment FLOAT NOT NULL);
CREATE INDEX ix_decided_place ON decided {hash} (place);
CREATE TABLE along ("key" VARCHAR(32) NOT NULL PRIMARY KEY, protocol TEXT NOT NULL, vouch TEXT NOT NULL);
CREATE TABLE erased (digest VARCHAR(64) NOT NULL PRIMARY KEY);
CREATE TABLE lists (name TEXT NOT NULL PRIMARY KEY, digest VARCHAR(64) NOT NULL, "text" TEXT NOT NULL);
CREATE TABLE blocks (number BIGINT NOT NULL PRIMARY KEY, rule TEXT NOT NULL, blocked INTEGER NOT NULL, written INTEGER NOT NULL);
CREATE TABLE decisions (id VARCHAR(16) NOT NULL PRIMARY KEY, action VARCHAR(16) NOT NULL, host TEXT NOT NULL, source TEXT NOT NULL, made FLOAT NOT NULL);
CREATE INDEX ix_decisions_made ON decisions (made);
CREATE TABLE journal (decision VARCHAR(16) NOT NULL, mention BIGINT NOT NULL, PRIMARY KEY (decision, mention));
CREATE TABLE aside (decision VARCHAR(16) NOT NULL, mention BIGINT NOT NULL, "row" TEXT NOT NULL, place TEXT, approved INTEGER, moment FLOAT, PRIMARY KEY (decision, mention));
CREATE TABLE sign_ins (digest VARCHAR(64) NOT NULL PRIMARY KEY, purpose VARCHAR(8) NOT NULL, until FLOAT NOT NULL);
CREATE TABLE tokens (id {id} PRIMARY KEY, digest VARCHAR(64) NOT NULL UNIQUE, made FLOAT NOT NULL);
