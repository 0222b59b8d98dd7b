-- A memory as the first schema kept it: sqlite3's dump, and the two numbers that a dump leaves out.
BEGIN TRANSACTION;
CREATE TABLE imports(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, stream TEXT UNIQUE, date TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0,
    merged INTEGER NOT NULL DEFAULT 0, unaligned INTEGER NOT NULL DEFAULT 0,
    finished INTEGER NOT NULL DEFAULT 0);
INSERT INTO "imports" VALUES(1,'first.tmx','0123|||first.tmx','20250102T030405Z',3,3,0,0,1);
CREATE TABLE languages(
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL, UNIQUE(source, target));
INSERT INTO "languages" VALUES(1,'zh-CN','en-US');
CREATE TABLE origins(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO "origins" VALUES(1,'first.tmx');
CREATE TABLE provenance(
    unit INTEGER NOT NULL REFERENCES units, origin INTEGER NOT NULL REFERENCES origins,
    tuid TEXT NOT NULL, import INTEGER NOT NULL REFERENCES imports,
    languages INTEGER NOT NULL REFERENCES languages, confidence REAL, bead_type TEXT,
    paragraph TEXT, symbol TEXT, page INTEGER, speaker TEXT, created TEXT, changed TEXT,
    signature INTEGER REFERENCES signatures, state TEXT, note TEXT, props TEXT,
    PRIMARY KEY(unit, origin, tuid)) WITHOUT ROWID;
INSERT INTO "provenance" VALUES(1,1,'t1',1,1,0.9,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "provenance" VALUES(2,1,'t2',1,1,0.9,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "provenance" VALUES(3,1,'t3',1,1,0.9,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE signatures(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE state(units INTEGER NOT NULL, content INTEGER NOT NULL);
INSERT INTO "state" VALUES(3,914677124933667356);
CREATE TABLE units(
    id INTEGER PRIMARY KEY, languages INTEGER NOT NULL REFERENCES languages,
    source_key INTEGER NOT NULL, target_key INTEGER NOT NULL,
    source TEXT NOT NULL, target TEXT NOT NULL);
INSERT INTO "units" VALUES(1,1,-420737650713744033,-4379022072218929112,'维和行动','peacekeeping operations');
INSERT INTO "units" VALUES(2,1,6198033582377338941,-4788750753344054153,'《以行动促维和》倡议','the Action for Peacekeeping initiative');
INSERT INTO "units" VALUES(3,1,-6206508265776693059,4315143504279684162,'会议下午6时散会。','The meeting rose at 6 p.m.');
CREATE INDEX units_by_source ON units(source_key, target_key);
CREATE INDEX units_by_target ON units(target_key);
CREATE INDEX provenance_by_origin ON provenance(origin, unit);
COMMIT;
PRAGMA application_id = 1095521357;
PRAGMA user_version = 1;
