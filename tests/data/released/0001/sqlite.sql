BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('b1370074-a545-4e8a-b2c6-9eedcf67d384','1',1795548327000,1795548327000,'hotline');
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at DATETIME NOT NULL, 
	who TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	"before" TEXT, 
	"after" TEXT
);
INSERT INTO "audit" VALUES(1,'2025-11-24 17:00:00.000000','cli:op','outage.add','1',NULL,'{"utility":"water","area":"\u7261\u4e39\u533a"}');
INSERT INTO "audit" VALUES(2,'2025-11-24 17:00:00.000000','cli:op','draft.show','heze1-1764000001.1',NULL,'{"full_number":true}');
INSERT INTO "audit" VALUES(3,'2025-11-24 17:00:00.000000','cli:op','recording.hold','heze1-1764000002.2','{"legal_hold":false}','{"legal_hold":true}');
CREATE TABLE call (
	linkedid TEXT NOT NULL, 
	node TEXT NOT NULL, 
	ani TEXT, 
	dialled TEXT NOT NULL, 
	started DATETIME NOT NULL, 
	ended DATETIME, 
	keys TEXT NOT NULL, 
	utility TEXT, 
	emergency BOOLEAN NOT NULL, 
	queue TEXT, 
	priority INTEGER, 
	rung INTEGER, 
	route TEXT, 
	outage_id BIGINT, 
	wait_seconds DOUBLE, 
	talk_seconds DOUBLE, 
	notice TEXT, 
	cause INTEGER, 
	CONSTRAINT pk_call PRIMARY KEY (linkedid)
);
INSERT INTO "call" VALUES('heze1-1764000001.1','heze1','13853067211','12345','2025-11-24 16:00:00.000000','2025-11-24 16:00:08.000000','91','water',1,'agents',100,1,'emergency',1,1.0,4.0,'full',16);
INSERT INTO "call" VALUES('heze1-1764000002.2','heze1','13853067212','12345','2025-11-24 16:00:00.000000','2025-11-24 16:00:08.000000','91','water',1,'agents',100,1,'emergency',1,1.0,4.0,'full',16);
INSERT INTO "call" VALUES('heze1-1764000003.3','heze1','13853067213','12345','2025-11-24 16:00:00.000000','2025-11-24 16:00:08.000000','91','water',1,'agents',100,1,'emergency',1,1.0,4.0,'full',16);
INSERT INTO "call" VALUES('heze1-1764000004.4','heze1','13853067214','12345','2025-11-24 16:00:00.000000','2025-11-24 16:00:08.000000','91','water',1,'agents',100,1,'emergency',1,1.0,4.0,'full',16);
INSERT INTO "call" VALUES('heze1-1764000005.5','heze1','13853067215','12345','2025-11-24 16:00:00.000000','2025-11-24 16:00:08.000000','91','water',1,'agents',100,1,'emergency',1,1.0,4.0,'full',16);
INSERT INTO "call" VALUES('heze1-1764000006.6','heze1','13853067216','12345','2025-11-24 16:00:00.000000','2025-11-24 16:00:08.000000','91','water',1,'agents',100,1,'emergency',1,1.0,4.0,'full',16);
CREATE TABLE callback (
	id INTEGER NOT NULL, 
	linkedid TEXT NOT NULL, 
	ani TEXT NOT NULL, 
	queue TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	asked DATETIME NOT NULL, 
	state TEXT NOT NULL, 
	settled DATETIME, 
	CONSTRAINT pk_callback PRIMARY KEY (id), 
	CONSTRAINT uq_callback_linkedid UNIQUE (linkedid)
);
INSERT INTO "callback" VALUES(1,'heze1-1764000099.9','13853067219','agents',2,'2025-11-24 16:00:00.000000','waiting',NULL);
CREATE TABLE datasource_outputs (
            workflow_id TEXT NOT NULL,
            step_id INTEGER NOT NULL,
            output TEXT,
            error TEXT,
            serialization TEXT,
            created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
            PRIMARY KEY (workflow_id, step_id)
        );
CREATE TABLE dbos_datasource_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_datasource_migrations" VALUES(1);
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE draft (
	id INTEGER NOT NULL, 
	linkedid TEXT NOT NULL, 
	body TEXT NOT NULL, 
	state TEXT NOT NULL, 
	urgency TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	case_no TEXT, 
	CONSTRAINT pk_draft PRIMARY KEY (id), 
	CONSTRAINT fk_draft_linkedid FOREIGN KEY(linkedid) REFERENCES call (linkedid), 
	CONSTRAINT uq_draft_linkedid UNIQUE (linkedid), 
	CONSTRAINT uq_draft_case_no UNIQUE (case_no)
);
INSERT INTO "draft" VALUES(1,'heze1-1764000001.1','{"type":{"value":"\u6c42\u52a9","confidence":0.9,"span":{"speaker":"citizen","start":1.0,"end":3.5,"text":"\u6c34\u7ba1\u7206\u4e86"},"why":"\u62a5\u4fee"},"category":{"value":["\u57ce\u4e61\u5efa\u8bbe","\u4f9b\u6c34"],"confidence":0.0,"span":null,"why":""},"utility":{"value":"water","confidence":1.0,"span":null,"why":"\u6309\u952e"},"reason_code":{"value":null,"confidence":0.0,"span":null,"why":""},"urgency":{"value":"ordinary","confidence":0.8,"span":null,"why":""},"hazards":{"value":[],"confidence":0.0,"span":null,"why":""},"county":{"value":"\u7261\u4e39\u533a","confidence":0.9,"span":null,"why":""},"address":{"value":"\u7261\u4e39\u533a\u4e2d\u534e\u8def1\u53f7","confidence":0.0,"span":null,"why":""},"callback_number":{"value":"13853067219","confidence":1.0,"span":null,"why":"\u6765\u7535\u53f7\u7801"},"heard_number":{"value":null,"confidence":0.0,"span":null,"why":""},"caller_name":{"value":"\u738b\u5973\u58eb","confidence":0.0,"span":null,"why":""},"happened":{"value":"2026-01-15T03:30:00Z","confidence":0.0,"span":null,"why":""},"title":{"value":"\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"description":{"value":"\u8def\u53e3\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"unit":{"value":"\u5e02\u6c34\u52a1\u96c6\u56e2","confidence":0.0,"span":null,"why":""}}','confirmed','ordinary','2026-11-24 19:25:29.085973','HZ1');
INSERT INTO "draft" VALUES(2,'heze1-1764000002.2','{"type":{"value":"\u6c42\u52a9","confidence":0.9,"span":{"speaker":"citizen","start":1.0,"end":3.5,"text":"\u6c34\u7ba1\u7206\u4e86"},"why":"\u62a5\u4fee"},"category":{"value":["\u57ce\u4e61\u5efa\u8bbe","\u4f9b\u6c34"],"confidence":0.0,"span":null,"why":""},"utility":{"value":"water","confidence":1.0,"span":null,"why":"\u6309\u952e"},"reason_code":{"value":null,"confidence":0.0,"span":null,"why":""},"urgency":{"value":"ordinary","confidence":0.8,"span":null,"why":""},"hazards":{"value":[],"confidence":0.0,"span":null,"why":""},"county":{"value":"\u7261\u4e39\u533a","confidence":0.9,"span":null,"why":""},"address":{"value":"\u7261\u4e39\u533a\u4e2d\u534e\u8def1\u53f7","confidence":0.0,"span":null,"why":""},"callback_number":{"value":"13853067219","confidence":1.0,"span":null,"why":"\u6765\u7535\u53f7\u7801"},"heard_number":{"value":null,"confidence":0.0,"span":null,"why":""},"caller_name":{"value":"\u738b\u5973\u58eb","confidence":0.0,"span":null,"why":""},"happened":{"value":"2026-01-15T03:30:00Z","confidence":0.0,"span":null,"why":""},"title":{"value":"\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"description":{"value":"\u8def\u53e3\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"unit":{"value":"\u5e02\u6c34\u52a1\u96c6\u56e2","confidence":0.0,"span":null,"why":""}}','discarded','ordinary','2026-11-24 19:25:30.017464',NULL);
CREATE TABLE event (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	topic TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	at DATETIME NOT NULL
);
INSERT INTO "event" VALUES(1,'outage.changed','{"outage":1,"ended":false}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(2,'callback.changed','{"callback":1,"state":"waiting"}','2025-11-24 16:00:00.000000');
INSERT INTO "event" VALUES(3,'call.ended','{"linkedid":"heze1-1764000001.1","route":"emergency"}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(4,'recording.filed','{"linkedid":"heze1-1764000001.1","seconds":0.2}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(5,'call.ended','{"linkedid":"heze1-1764000002.2","route":"emergency"}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(6,'recording.filed','{"linkedid":"heze1-1764000002.2","seconds":0.2}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(7,'draft.ready','{"linkedid":"heze1-1764000001.1","draft":1,"urgency":"ordinary"}','2026-11-24 19:25:29.085973');
INSERT INTO "event" VALUES(8,'draft.ready','{"linkedid":"heze1-1764000002.2","draft":2,"urgency":"ordinary"}','2026-11-24 19:25:30.017464');
INSERT INTO "event" VALUES(9,'call.ended','{"linkedid":"heze1-1764000003.3","route":"emergency"}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(10,'recording.filed','{"linkedid":"heze1-1764000003.3","seconds":0.2}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(11,'call.ended','{"linkedid":"heze1-1764000004.4","route":"emergency"}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(12,'recording.filed','{"linkedid":"heze1-1764000004.4","seconds":0.2}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(13,'call.ended','{"linkedid":"heze1-1764000005.5","route":"emergency"}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(14,'recording.filed','{"linkedid":"heze1-1764000005.5","seconds":0.2}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(15,'call.ended','{"linkedid":"heze1-1764000006.6","route":"emergency"}','2025-11-24 17:00:00.000000');
INSERT INTO "event" VALUES(16,'recording.filed','{"linkedid":"heze1-1764000006.6","seconds":0.2}','2025-11-24 17:00:00.000000');
CREATE TABLE executor (
	id TEXT NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	CONSTRAINT pk_executor PRIMARY KEY (id)
);
INSERT INTO "executor" VALUES('vm:0','2026-11-24 19:25:56.775183');
CREATE TABLE job_attempt (
	recording_id TEXT NOT NULL, 
	begun INTEGER NOT NULL, 
	failed INTEGER NOT NULL, 
	turn INTEGER NOT NULL, 
	last_error TEXT, 
	given_up BOOLEAN NOT NULL, 
	updated DATETIME NOT NULL, 
	CONSTRAINT pk_job_attempt PRIMARY KEY (recording_id), 
	CONSTRAINT fk_job_attempt_recording_id FOREIGN KEY(recording_id) REFERENCES recording (id)
);
INSERT INTO "job_attempt" VALUES('heze1-1764000001.1',1,0,0,NULL,0,'2026-11-24 19:25:28.710807');
INSERT INTO "job_attempt" VALUES('heze1-1764000002.2',1,0,0,NULL,0,'2026-11-24 19:25:29.902155');
INSERT INTO "job_attempt" VALUES('heze1-1764000003.3',1,0,0,NULL,0,'2026-11-24 19:25:56.614265');
CREATE TABLE leg (
	linkedid TEXT NOT NULL, 
	uniqueid TEXT NOT NULL, 
	role TEXT NOT NULL, 
	seat TEXT, 
	started DATETIME NOT NULL, 
	answered DATETIME, 
	ended DATETIME, 
	seconds DOUBLE, 
	CONSTRAINT pk_leg PRIMARY KEY (linkedid, uniqueid, role), 
	CONSTRAINT fk_leg_linkedid FOREIGN KEY(linkedid) REFERENCES call (linkedid)
);
INSERT INTO "leg" VALUES('heze1-1764000001.1','heze1-1764000001.1','caller',NULL,'2025-11-24 16:00:00.000000',NULL,NULL,0.2);
INSERT INTO "leg" VALUES('heze1-1764000001.1','heze1-1764000001.19','seat','water1','2025-11-24 16:00:00.100000','2025-11-24 16:00:04.000000',NULL,0.1);
INSERT INTO "leg" VALUES('heze1-1764000002.2','heze1-1764000002.2','caller',NULL,'2025-11-24 16:00:00.000000',NULL,NULL,0.2);
INSERT INTO "leg" VALUES('heze1-1764000002.2','heze1-1764000002.29','seat','water1','2025-11-24 16:00:00.100000','2025-11-24 16:00:04.000000',NULL,0.1);
INSERT INTO "leg" VALUES('heze1-1764000003.3','heze1-1764000003.3','caller',NULL,'2025-11-24 16:00:00.000000',NULL,NULL,0.2);
INSERT INTO "leg" VALUES('heze1-1764000003.3','heze1-1764000003.39','seat','water1','2025-11-24 16:00:00.100000','2025-11-24 16:00:04.000000',NULL,0.1);
INSERT INTO "leg" VALUES('heze1-1764000004.4','heze1-1764000004.4','caller',NULL,'2025-11-24 16:00:00.000000',NULL,NULL,0.2);
INSERT INTO "leg" VALUES('heze1-1764000004.4','heze1-1764000004.49','seat','water1','2025-11-24 16:00:00.100000','2025-11-24 16:00:04.000000',NULL,0.1);
INSERT INTO "leg" VALUES('heze1-1764000005.5','heze1-1764000005.5','caller',NULL,'2025-11-24 16:00:00.000000',NULL,NULL,0.2);
INSERT INTO "leg" VALUES('heze1-1764000005.5','heze1-1764000005.59','seat','water1','2025-11-24 16:00:00.100000','2025-11-24 16:00:04.000000',NULL,0.1);
INSERT INTO "leg" VALUES('heze1-1764000006.6','heze1-1764000006.6','caller',NULL,'2025-11-24 16:00:00.000000',NULL,NULL,0.2);
INSERT INTO "leg" VALUES('heze1-1764000006.6','heze1-1764000006.69','seat','water1','2025-11-24 16:00:00.100000','2025-11-24 16:00:04.000000',NULL,0.1);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('heze1-1764000001.1',1,'settle','gASVCQAAAAAAAACMBXNhdmVklC4=',NULL,NULL,1795548328999,1795548329327,'py_pickle','hotline',1795548329000);
INSERT INTO "operation_outputs" VALUES('heze1-1764000002.2',1,'settle','gASVCQAAAAAAAACMBXNhdmVklC4=',NULL,NULL,1795548329962,1795548330103,'py_pickle','hotline',1795548330000);
CREATE TABLE outage (
	id INTEGER NOT NULL, 
	utility TEXT NOT NULL, 
	area TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	until DATETIME, 
	text TEXT NOT NULL, 
	ended DATETIME, 
	CONSTRAINT pk_outage PRIMARY KEY (id)
);
INSERT INTO "outage" VALUES(1,'water','牡丹区','2025-11-24 16:00:00.000000',NULL,'停水',NULL);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('E1AF3C70502C9F5E20BEEBA104862230','transcription',NULL,1,NULL,NULL,1,0,0.05,1795548327000,1795548356228,'hotline',NULL,NULL,NULL,NULL);
CREATE TABLE recording (
	id TEXT NOT NULL, 
	storage_key TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	seconds DOUBLE NOT NULL, 
	channels INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	started DATETIME NOT NULL, 
	node TEXT NOT NULL, 
	legal_hold BOOLEAN NOT NULL, 
	deleted_at DATETIME, 
	CONSTRAINT pk_recording PRIMARY KEY (id), 
	CONSTRAINT fk_recording_id FOREIGN KEY(id) REFERENCES call (linkedid), 
	CONSTRAINT uq_recording_storage_key UNIQUE (storage_key)
);
INSERT INTO "recording" VALUES('heze1-1764000001.1','2025/11/24/heze1-1764000001.1.wav','fcd1e8e0553dc0ef1d4e6040ae8011fb8e83524e54cb4a89e4d07cc253f82cae',0.2,2,'call','2025-11-24 16:00:00.000000','heze1',0,NULL);
INSERT INTO "recording" VALUES('heze1-1764000002.2','2025/11/24/heze1-1764000002.2.wav','e05d2a36bdb18f732a5970ed2663dc8ddb2ffeb3d2925dc100112d5d398557df',0.2,2,'call','2025-11-24 16:00:00.000000','heze1',1,NULL);
INSERT INTO "recording" VALUES('heze1-1764000003.3','2025/11/24/heze1-1764000003.3.wav','095c7310e8b8dc20f419e4937de40585f8d8c76c9379cc0f6976bbf8c5b4f04b',0.2,2,'call','2025-11-24 16:00:00.000000','heze1',0,NULL);
INSERT INTO "recording" VALUES('heze1-1764000004.4','2025/11/24/heze1-1764000004.4.wav','9147fcfe00ea6ae0c7432b92751a12757c7d7af08acda29e202d089ac7d5488a',0.2,2,'call','2025-11-24 16:00:00.000000','heze1',0,NULL);
INSERT INTO "recording" VALUES('heze1-1764000005.5','2025/11/24/heze1-1764000005.5.wav','2d1b06619e7224b1e1360d03930f0a9d7f687369686cb5a6d08266fa936f1eaa',0.2,2,'call','2025-11-24 16:00:00.000000','heze1',0,NULL);
INSERT INTO "recording" VALUES('heze1-1764000006.6','2025/11/24/heze1-1764000006.6.wav','950088bf80ef0beab4d26445a8160780d7bbd206578385c6a4fe0ce0639ad76a',0.2,2,'call','2025-11-24 16:00:00.000000','heze1',0,NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE transcript (
	recording_id TEXT NOT NULL, 
	engine TEXT NOT NULL, 
	model TEXT NOT NULL, 
	audio_seconds DOUBLE NOT NULL, 
	spent_seconds DOUBLE NOT NULL, 
	body TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_transcript PRIMARY KEY (recording_id), 
	CONSTRAINT fk_transcript_recording_id FOREIGN KEY(recording_id) REFERENCES recording (id)
);
INSERT INTO "transcript" VALUES('heze1-1764000001.1','fake','none',60.0,0.1,'{"utterances":[{"speaker":"citizen","start":1.0,"end":3.5,"text":"heze1-1764000001.1","words":[{"text":"h","start":1.0,"end":1.1,"confidence":0.9},{"text":"e","start":1.1,"end":1.2000000000000002,"confidence":0.9},{"text":"z","start":1.2,"end":1.3,"confidence":0.9},{"text":"e","start":1.3,"end":1.4000000000000001,"confidence":0.9},{"text":"1","start":1.4,"end":1.5,"confidence":0.9},{"text":"-","start":1.5,"end":1.6,"confidence":0.9},{"text":"1","start":1.6,"end":1.7000000000000002,"confidence":0.9},{"text":"7","start":1.7000000000000002,"end":1.8000000000000003,"confidence":0.9},{"text":"6","start":1.8,"end":1.9000000000000001,"confidence":0.9},{"text":"4","start":1.9,"end":2.0,"confidence":0.9},{"text":"0","start":2.0,"end":2.1,"confidence":0.9},{"text":"0","start":2.1,"end":2.2,"confidence":0.9},{"text":"0","start":2.2,"end":2.3000000000000003,"confidence":0.9},{"text":"0","start":2.3,"end":2.4000000000000004,"confidence":0.9},{"text":"0","start":2.4000000000000004,"end":2.5,"confidence":0.9},{"text":"1","start":2.5,"end":2.6,"confidence":0.9},{"text":".","start":2.6,"end":2.7,"confidence":0.9},{"text":"1","start":2.7,"end":2.8000000000000003,"confidence":0.9}],"confidence":0.87}],"engine":"fake","model":"none","audio_seconds":60.0,"spent_seconds":0.1,"notes":[],"repairs":[]}','2026-11-24 19:25:29.085973');
INSERT INTO "transcript" VALUES('heze1-1764000002.2','fake','none',60.0,0.1,'{"utterances":[{"speaker":"citizen","start":1.0,"end":3.5,"text":"heze1-1764000002.2","words":[{"text":"h","start":1.0,"end":1.1,"confidence":0.9},{"text":"e","start":1.1,"end":1.2000000000000002,"confidence":0.9},{"text":"z","start":1.2,"end":1.3,"confidence":0.9},{"text":"e","start":1.3,"end":1.4000000000000001,"confidence":0.9},{"text":"1","start":1.4,"end":1.5,"confidence":0.9},{"text":"-","start":1.5,"end":1.6,"confidence":0.9},{"text":"1","start":1.6,"end":1.7000000000000002,"confidence":0.9},{"text":"7","start":1.7000000000000002,"end":1.8000000000000003,"confidence":0.9},{"text":"6","start":1.8,"end":1.9000000000000001,"confidence":0.9},{"text":"4","start":1.9,"end":2.0,"confidence":0.9},{"text":"0","start":2.0,"end":2.1,"confidence":0.9},{"text":"0","start":2.1,"end":2.2,"confidence":0.9},{"text":"0","start":2.2,"end":2.3000000000000003,"confidence":0.9},{"text":"0","start":2.3,"end":2.4000000000000004,"confidence":0.9},{"text":"0","start":2.4000000000000004,"end":2.5,"confidence":0.9},{"text":"2","start":2.5,"end":2.6,"confidence":0.9},{"text":".","start":2.6,"end":2.7,"confidence":0.9},{"text":"2","start":2.7,"end":2.8000000000000003,"confidence":0.9}],"confidence":0.87}],"engine":"fake","model":"none","audio_seconds":60.0,"spent_seconds":0.1,"notes":[],"repairs":[]}','2026-11-24 19:25:30.017464');
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('heze1-1764000001.1','gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDAxLjGUhZSMBmt3YXJnc5R9lHUu',1795548308000);
INSERT INTO "workflow_input" VALUES('heze1-1764000002.2','gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDAyLjKUhZSMBmt3YXJnc5R9lHUu',1795548308000);
INSERT INTO "workflow_input" VALUES('heze1-1764000003.3','gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDAzLjOUhZSMBmt3YXJnc5R9lHUu',1795548337000);
INSERT INTO "workflow_input" VALUES('heze1-1764000004.4','gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDA0LjSUhZSMBmt3YXJnc5R9lHUu',1795548357000);
INSERT INTO "workflow_input" VALUES('heze1-1764000005.5','gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDA1LjWUhZSMBmt3YXJnc5R9lHUu',1795548357000);
INSERT INTO "workflow_input" VALUES('heze1-1764000006.6','gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDA2LjaUhZSMBmt3YXJnc5R9lHUu',1795548357000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('heze1-1764000001.1','gASVCQAAAAAAAACMBXNhdmVklC4=',NULL,1795548329000);
INSERT INTO "workflow_output" VALUES('heze1-1764000002.2','gASVCQAAAAAAAACMBXNhdmVklC4=',NULL,1795548330000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('heze1-1764000001.1','SUCCESS','transcribe',NULL,NULL,NULL,NULL,NULL,NULL,'vm:0',1795548308000,1795548329000,'1',NULL,NULL,NULL,1,'transcription',NULL,NULL,NULL,1795548328000,NULL,1,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,1795548329000,'null',NULL,NULL,0,'hotline','c8c38c8c-2f17-49db-a772-5ac97f2372a7');
INSERT INTO "workflow_status" VALUES('heze1-1764000002.2','SUCCESS','transcribe',NULL,NULL,NULL,NULL,NULL,NULL,'vm:0',1795548308000,1795548330000,'1',NULL,NULL,NULL,1,'transcription',NULL,NULL,NULL,1795548329000,NULL,1,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,1795548330000,'null',NULL,NULL,0,'hotline','b6c5b30f-f66c-41ae-9ac1-77a385d735df');
INSERT INTO "workflow_status" VALUES('heze1-1764000003.3','PENDING','transcribe',NULL,NULL,NULL,NULL,NULL,NULL,'vm:0',1795548337000,1795548356000,'1',NULL,NULL,NULL,1,'transcription',NULL,NULL,NULL,1795548356000,NULL,1,NULL,NULL,'21103746-af1f-408c-bac7-666de0e2893a',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'hotline','efd6a0bc-f9f9-452c-8e2a-124f1d8d01fd');
INSERT INTO "workflow_status" VALUES('heze1-1764000004.4','ENQUEUED','transcribe',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795548357000,1795548357000,'1',NULL,NULL,NULL,0,'transcription',NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'hotline','4b721b7f-fb53-451e-8199-4bf08d03c2b7');
INSERT INTO "workflow_status" VALUES('heze1-1764000005.5','ENQUEUED','transcribe',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795548357000,1795548357000,'1',NULL,NULL,NULL,0,'transcription',NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'hotline','e24dd1f6-71a3-48a6-80f7-d7b684eac5a5');
INSERT INTO "workflow_status" VALUES('heze1-1764000006.6','ENQUEUED','transcribe',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795548357000,1795548357000,'1',NULL,NULL,NULL,0,'transcription',NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'hotline','7a65b84a-afc0-4b84-a8cf-ba1c0f420ee8');
CREATE INDEX ix_call_started ON call (started);
CREATE INDEX ix_call_outage_id ON call (outage_id);
CREATE INDEX ix_recording_started ON recording (started);
CREATE INDEX ix_draft_state_created ON draft (state, created);
CREATE INDEX ix_callback_state_asked ON callback (state, asked);
CREATE INDEX ix_audit_subject ON audit (subject);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('audit',3);
INSERT INTO "sqlite_sequence" VALUES('event',16);
COMMIT;
