BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('c8dacea7-b394-4ded-8683-ec148a45b87b','automagic-1',1796032008000,1796032008000,'automagic');
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
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
INSERT INTO "operation_outputs" VALUES('key-a4c3ed04a95a3da14a9d',1,'make','{"folder":"@BASE@/home/results/key-a4c3ed04a95a3da14a9d","hits":0,"files":{"metadata.json":["4da0cdcfc5d797181ddda35ab99ce908347e12fdfcb70e138a5eb104dd19ff75",73],"parts.txt":["a5b0a70e4cd0a66821eb744da1dfca76f50c017541e83ef27e35464f130e436b",27]}}',NULL,NULL,1796032008710,1796032008772,'automagic_json','automagic',1796032008000);
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
INSERT INTO "queues" VALUES('6AB342683AEF0C7526690DEC7A249998','jobs',NULL,1,NULL,NULL,1,0,0.25,1796032006000,1796032006125,'automagic',NULL,NULL,NULL,NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
INSERT INTO "workflow_events" VALUES('key-a4c3ed04a95a3da14a9d','progress','{"fraction":0.0,"doing":""}','automagic_json');
INSERT INTO "workflow_events" VALUES('key-2f05d4b689d270cafb02','progress','{"fraction":0.0,"doing":""}','automagic_json');
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
INSERT INTO "workflow_events_history" VALUES('key-a4c3ed04a95a3da14a9d',1,'progress','{"fraction":0.0,"doing":""}','automagic_json');
INSERT INTO "workflow_events_history" VALUES('key-2f05d4b689d270cafb02',1,'progress','{"fraction":0.0,"doing":""}','automagic_json');
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('key-a4c3ed04a95a3da14a9d','{"args":[{"kind":"trial","request":{"log":"@LOG@","parts":1,"part_s":0.0,"fail_at":-1,"die_at":-1},"files":{}}],"kwargs":{}}',1796032006000);
INSERT INTO "workflow_input" VALUES('key-2f05d4b689d270cafb02','{"args":[{"kind":"trial","request":{"log":"@LOG@","parts":2,"part_s":0.0,"fail_at":-1,"die_at":1},"files":{}}],"kwargs":{}}',1796032009000);
INSERT INTO "workflow_input" VALUES('key-8b47045eb7b8ca42aa96','{"args":[{"kind":"trial","request":{"log":"@LOG@","parts":1,"part_s":0.0,"fail_at":-1,"die_at":-1},"files":{}}],"kwargs":{}}',1796032010000);
INSERT INTO "workflow_input" VALUES('key-80cfa3e7f28dde4df644','{"args":[{"kind":"trial","request":{"log":"@LOG@","parts":1,"part_s":0.0,"fail_at":-1,"die_at":-1},"files":{}}],"kwargs":{}}',1796032010000);
INSERT INTO "workflow_input" VALUES('key-f9d37c23fcc0f03c15a8','{"args":[{"kind":"trial","request":{"log":"@LOG@","parts":1,"part_s":0.0,"fail_at":-1,"die_at":-1},"files":{}}],"kwargs":{}}',1796032010000);
INSERT INTO "workflow_input" VALUES('key-1d9283d848ea941ace1f','{"args":[{"kind":"trial","request":{"log":"@LOG@","parts":1,"part_s":0.0,"fail_at":-1,"die_at":-1},"files":{}}],"kwargs":{}}',1796032010000);
INSERT INTO "workflow_input" VALUES('key-5d28a90f4498a81461ef','{"args":[{"kind":"trial","request":{"log":"@LOG@","parts":2,"part_s":0.0,"fail_at":0,"die_at":-1},"files":{}}],"kwargs":{}}',1796032010000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('key-a4c3ed04a95a3da14a9d','{"folder":"@BASE@/home/results/key-a4c3ed04a95a3da14a9d","hits":0,"files":{"metadata.json":["4da0cdcfc5d797181ddda35ab99ce908347e12fdfcb70e138a5eb104dd19ff75",73],"parts.txt":["a5b0a70e4cd0a66821eb744da1dfca76f50c017541e83ef27e35464f130e436b",27]}}',NULL,1796032008000);
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
INSERT INTO "workflow_status" VALUES('key-a4c3ed04a95a3da14a9d','SUCCESS','run',NULL,NULL,NULL,NULL,NULL,NULL,'vm',1796032006190,1796032008000,'automagic-1',NULL,NULL,NULL,1,'jobs',NULL,NULL,NULL,1796032008000,NULL,3,NULL,NULL,NULL,NULL,'automagic_json',NULL,0,0,1796032008000,'{"kind":"trial","title":"trial of 1","key":"done"}',NULL,NULL,0,'automagic','80f9c2341d8e981ef4e392fdfd49a100');
INSERT INTO "workflow_status" VALUES('key-2f05d4b689d270cafb02','PENDING','run',NULL,NULL,NULL,NULL,NULL,NULL,'vm',1796032009480,1796032010000,'automagic-1',NULL,NULL,NULL,2,'jobs',NULL,NULL,NULL,1796032010000,NULL,3,NULL,NULL,'ddf69736-4dff-4b4e-806e-4512f5934425',NULL,'automagic_json',NULL,0,0,NULL,'{"kind":"trial","title":"trial of 2","key":"bad","deaths":[{"worker":"vm","at":1796032009.974,"alone":true,"doing":"","further":false}]}',NULL,NULL,0,'automagic','e4b22384efd8967d98fa101d748c671f');
INSERT INTO "workflow_status" VALUES('key-8b47045eb7b8ca42aa96','CANCELLED','run',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1796032010347,1796032010363,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,'automagic_json',NULL,0,0,1796032010363,'{"kind":"trial","title":"trial of 1","key":"cancelled"}',NULL,NULL,0,'automagic','d5ac50700e9bf73590a1872a5a115810');
INSERT INTO "workflow_status" VALUES('key-80cfa3e7f28dde4df644','ENQUEUED','run',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1796032010369,1796032010369,NULL,NULL,NULL,NULL,0,'jobs',NULL,NULL,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,'automagic_json',NULL,0,0,NULL,'{"kind":"trial","title":"trial of 1","key":"waiting"}',NULL,NULL,0,'automagic','4ced78eac57dbe1c3736115db25f58d9');
INSERT INTO "workflow_status" VALUES('key-f9d37c23fcc0f03c15a8','ENQUEUED','run',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1796032010370,1796032010370,NULL,NULL,NULL,NULL,0,'jobs',NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,'automagic_json',NULL,0,0,NULL,'{"kind":"trial","title":"trial of 1","key":"urgent"}',NULL,NULL,0,'automagic','1ae197a272d54ffdfd4d11d91a78b7a1');
INSERT INTO "workflow_status" VALUES('key-1d9283d848ea941ace1f','DELAYED','run',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1796032010371,1796032010371,NULL,NULL,NULL,NULL,0,'jobs',NULL,NULL,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,'automagic_json',4102444800000,0,0,NULL,'{"kind":"trial","title":"trial of 1","key":"later"}',NULL,NULL,0,'automagic','88a9ff7d41934278f8102e4871ff5bfa');
INSERT INTO "workflow_status" VALUES('key-5d28a90f4498a81461ef','ENQUEUED','run',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1796032010376,1796032010376,NULL,NULL,NULL,NULL,0,'jobs',NULL,NULL,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,'automagic_json',NULL,0,0,NULL,'{"kind":"trial","title":"trial of 2","key":"failed"}',NULL,NULL,0,'automagic','d25cd0a25625622f0297412137920aaa');
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
COMMIT;
PRAGMA user_version=30400;
