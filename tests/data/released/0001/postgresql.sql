SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA dbos;
CREATE FUNCTION dbos.enqueue_workflow(workflow_name text, queue_name text, positional_args json[] DEFAULT ARRAY[]::json[], named_args json DEFAULT '{}'::json, class_name text DEFAULT NULL::text, config_name text DEFAULT NULL::text, workflow_id text DEFAULT NULL::text, app_version text DEFAULT NULL::text, timeout_ms bigint DEFAULT NULL::bigint, deadline_epoch_ms bigint DEFAULT NULL::bigint, deduplication_id text DEFAULT NULL::text, priority integer DEFAULT NULL::integer, queue_partition_key text DEFAULT NULL::text, authenticated_user text DEFAULT NULL::text, authenticated_roles text DEFAULT NULL::text, delay_until_epoch_ms bigint DEFAULT NULL::bigint, application_name text DEFAULT NULL::text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_workflow_id TEXT;
    v_serialized_inputs TEXT;
    v_owner_xid TEXT;
    v_now BIGINT;
    v_recovery_attempts INT4 := 0;
    v_priority INT4;
    v_status TEXT;
BEGIN
    -- Validate required parameters
    IF workflow_name IS NULL OR workflow_name = '' THEN
        RAISE EXCEPTION 'Workflow name cannot be null or empty';
    END IF;
    IF queue_name IS NULL OR queue_name = '' THEN
        RAISE EXCEPTION 'Queue name cannot be null or empty';
    END IF;
    IF named_args IS NOT NULL AND jsonb_typeof(named_args::jsonb) != 'object' THEN
        RAISE EXCEPTION 'Named args must be a JSON object';
    END IF;
    IF workflow_id IS NOT NULL AND workflow_id = '' THEN
        RAISE EXCEPTION 'Workflow ID cannot be an empty string if provided.';
    END IF;
    IF delay_until_epoch_ms IS NOT NULL AND delay_until_epoch_ms < 0 THEN
        RAISE EXCEPTION 'delay_until_epoch_ms must be >= 0';
    END IF;
    v_workflow_id := COALESCE(workflow_id, gen_random_uuid()::TEXT);
    v_owner_xid := gen_random_uuid()::TEXT;
    v_priority := COALESCE(priority, 0);
    v_serialized_inputs := json_build_object(
        'positionalArgs', positional_args,
        'namedArgs', named_args
    )::TEXT;
    v_now := EXTRACT(epoch FROM now()) * 1000;
    v_status := CASE WHEN delay_until_epoch_ms IS NULL THEN 'ENQUEUED' ELSE 'DELAYED' END;
    INSERT INTO "dbos".workflow_status (
        workflow_uuid, status,
        name, class_name, config_name,
        queue_name, deduplication_id, priority, queue_partition_key,
        application_version,
        created_at, updated_at, recovery_attempts,
        workflow_timeout_ms, workflow_deadline_epoch_ms,
        parent_workflow_id, owner_xid, serialization,
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    ) VALUES (
        v_workflow_id, v_status,
        workflow_name, class_name, config_name,
        queue_name, deduplication_id, v_priority, queue_partition_key,
        app_version,
        v_now, v_now, v_recovery_attempts,
        timeout_ms, deadline_epoch_ms,
        NULL, v_owner_xid, 'portable_json',
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    )
    ON CONFLICT (workflow_uuid)
    DO UPDATE SET
        updated_at = EXCLUDED.updated_at;
    INSERT INTO "dbos".workflow_input (
        workflow_uuid, inputs, retention_timestamp
    ) VALUES (
        v_workflow_id, v_serialized_inputs, v_now
    )
    ON CONFLICT (workflow_uuid) DO NOTHING;
    RETURN v_workflow_id;
EXCEPTION
    WHEN unique_violation THEN
        RAISE EXCEPTION 'DBOS queue duplicated'
            USING DETAIL = format('Workflow %s with queue %s and deduplication ID %s already exists', v_workflow_id, queue_name, deduplication_id),
                ERRCODE = 'unique_violation';
END;
$$;
CREATE FUNCTION dbos.notifications_function() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    payload text := NEW.destination_uuid || '::' || NEW.topic;
BEGIN
    PERFORM pg_notify('dbos_notifications_channel', payload);
    RETURN NEW;
END;
$$;
CREATE FUNCTION dbos.send_message(destination_id text, message json, topic text DEFAULT NULL::text, message_id text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_topic TEXT := COALESCE(topic, '__null__topic__');
    v_message_id TEXT := COALESCE(message_id, gen_random_uuid()::TEXT);
BEGIN
    INSERT INTO "dbos".notifications (
        destination_uuid, topic, message, message_uuid, serialization
    ) VALUES (
        destination_id, v_topic, message, v_message_id, 'portable_json'
    )
    ON CONFLICT (message_uuid) DO NOTHING;
EXCEPTION
    WHEN foreign_key_violation THEN
        RAISE EXCEPTION 'DBOS non-existent workflow'
            USING DETAIL = format('Destination workflow %s does not exist', destination_id),
                ERRCODE = 'foreign_key_violation';
END;
$$;
CREATE FUNCTION public.audit_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'restrict_violation'; END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE dbos.application_versions (
    version_id text NOT NULL,
    version_name text NOT NULL,
    version_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text
);
CREATE TABLE dbos.datasource_outputs (
    workflow_id text NOT NULL,
    step_id integer NOT NULL,
    output text,
    error text,
    serialization text,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * (1000)::numeric))::bigint NOT NULL
);
CREATE TABLE dbos.dbos_datasource_migrations (
    version bigint NOT NULL
);
CREATE TABLE dbos.dbos_migrations (
    version bigint NOT NULL
);
CREATE TABLE dbos.event_dispatch_kv (
    service_name text NOT NULL,
    workflow_fn_name text NOT NULL,
    key text NOT NULL,
    value text,
    update_seq numeric(38,0),
    update_time numeric(38,15)
);
CREATE TABLE dbos.notifications (
    message_uuid text DEFAULT gen_random_uuid() NOT NULL,
    destination_uuid text NOT NULL,
    topic text,
    message text NOT NULL,
    created_at_epoch_ms bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    serialization text,
    consumed boolean DEFAULT false NOT NULL,
    consumed_by_function_id integer
);
CREATE TABLE dbos.operation_outputs (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    function_name text DEFAULT ''::text NOT NULL,
    output text,
    error text,
    child_workflow_id text,
    started_at_epoch_ms bigint,
    completed_at_epoch_ms bigint,
    serialization text,
    application_name text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);
CREATE TABLE dbos.queues (
    queue_id text DEFAULT (gen_random_uuid())::text NOT NULL,
    name text NOT NULL,
    concurrency integer,
    worker_concurrency integer,
    rate_limit_max integer,
    rate_limit_period_sec double precision,
    priority_enabled boolean DEFAULT false NOT NULL,
    partition_queue boolean DEFAULT false NOT NULL,
    polling_interval_sec double precision DEFAULT 1.0 NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text,
    partition_concurrency integer,
    partition_worker_concurrency integer,
    partition_rate_limit_max integer,
    partition_rate_limit_period_sec double precision
);
CREATE TABLE dbos.streams (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    "offset" integer NOT NULL,
    function_id integer DEFAULT 0 NOT NULL,
    serialization text
);
CREATE TABLE dbos.workflow_events (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);
CREATE TABLE dbos.workflow_events_history (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);
CREATE TABLE dbos.workflow_input (
    workflow_uuid text NOT NULL,
    inputs text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);
CREATE TABLE dbos.workflow_output (
    workflow_uuid text NOT NULL,
    output text,
    error text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);
CREATE TABLE dbos.workflow_schedules (
    schedule_id text NOT NULL,
    schedule_name text NOT NULL,
    workflow_name text NOT NULL,
    workflow_class_name text,
    schedule text NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    context text NOT NULL,
    last_fired_at text,
    automatic_backfill boolean DEFAULT false NOT NULL,
    cron_timezone text,
    queue_name text,
    application_name text
);
CREATE TABLE dbos.workflow_status (
    workflow_uuid text NOT NULL,
    status text,
    name text,
    authenticated_user text,
    assumed_role text,
    authenticated_roles text,
    request text,
    output text,
    error text,
    executor_id text,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_version text,
    application_id text,
    class_name character varying(255) DEFAULT NULL::character varying,
    config_name character varying(255) DEFAULT NULL::character varying,
    recovery_attempts bigint DEFAULT 0,
    queue_name text,
    workflow_timeout_ms bigint,
    workflow_deadline_epoch_ms bigint,
    inputs text,
    started_at_epoch_ms bigint,
    deduplication_id text,
    priority integer DEFAULT 0 NOT NULL,
    queue_partition_key text,
    forked_from text,
    owner_xid text,
    parent_workflow_id text,
    serialization text,
    delay_until_epoch_ms bigint,
    was_forked_from boolean DEFAULT false NOT NULL,
    rate_limited boolean DEFAULT false NOT NULL,
    completed_at bigint,
    attributes jsonb,
    schedule_name text,
    debounce_deadline_epoch_ms bigint,
    is_debounced boolean DEFAULT false NOT NULL,
    application_name text,
    creator_xid text
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    who text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    before text,
    after text
);
CREATE SEQUENCE public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;
CREATE TABLE public.call (
    linkedid text NOT NULL,
    node text NOT NULL,
    ani text,
    dialled text NOT NULL,
    started timestamp with time zone NOT NULL,
    ended timestamp with time zone,
    keys text NOT NULL,
    utility text,
    emergency boolean NOT NULL,
    queue text,
    priority integer,
    rung integer,
    route text,
    outage_id bigint,
    wait_seconds double precision,
    talk_seconds double precision,
    notice text,
    cause integer
);
CREATE TABLE public.callback (
    id bigint NOT NULL,
    linkedid text NOT NULL,
    ani text NOT NULL,
    queue text NOT NULL,
    "position" integer NOT NULL,
    asked timestamp with time zone NOT NULL,
    state text NOT NULL,
    settled timestamp with time zone
);
CREATE SEQUENCE public.callback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.callback_id_seq OWNED BY public.callback.id;
CREATE TABLE public.draft (
    id bigint NOT NULL,
    linkedid text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    urgency text NOT NULL,
    created timestamp with time zone NOT NULL,
    case_no text
);
CREATE SEQUENCE public.draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.draft_id_seq OWNED BY public.draft.id;
CREATE TABLE public.event (
    id bigint NOT NULL,
    topic text NOT NULL,
    payload text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;
CREATE TABLE public.executor (
    id text NOT NULL,
    heartbeat timestamp with time zone NOT NULL
);
CREATE TABLE public.job_attempt (
    recording_id text NOT NULL,
    begun integer NOT NULL,
    failed integer NOT NULL,
    turn integer NOT NULL,
    last_error text,
    given_up boolean NOT NULL,
    updated timestamp with time zone NOT NULL
);
CREATE TABLE public.leg (
    linkedid text NOT NULL,
    uniqueid text NOT NULL,
    role text NOT NULL,
    seat text,
    started timestamp with time zone NOT NULL,
    answered timestamp with time zone,
    ended timestamp with time zone,
    seconds double precision
);
CREATE TABLE public.outage (
    id bigint NOT NULL,
    utility text NOT NULL,
    area text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    text text NOT NULL,
    ended timestamp with time zone
);
CREATE SEQUENCE public.outage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outage_id_seq OWNED BY public.outage.id;
CREATE TABLE public.recording (
    id text NOT NULL,
    storage_key text NOT NULL,
    sha256 text NOT NULL,
    seconds double precision NOT NULL,
    channels integer NOT NULL,
    kind text NOT NULL,
    started timestamp with time zone NOT NULL,
    node text NOT NULL,
    legal_hold boolean NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.transcript (
    recording_id text NOT NULL,
    engine text NOT NULL,
    model text NOT NULL,
    audio_seconds double precision NOT NULL,
    spent_seconds double precision NOT NULL,
    body text NOT NULL,
    created timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.callback ALTER COLUMN id SET DEFAULT nextval('public.callback_id_seq'::regclass);
ALTER TABLE ONLY public.draft ALTER COLUMN id SET DEFAULT nextval('public.draft_id_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
ALTER TABLE ONLY public.outage ALTER COLUMN id SET DEFAULT nextval('public.outage_id_seq'::regclass);
INSERT INTO dbos.application_versions VALUES ('34835449-02d0-493b-be0c-66f49851a09a', '1', 1795548392026, 1795548392026, 'hotline');
INSERT INTO dbos.dbos_datasource_migrations VALUES (1);
INSERT INTO dbos.dbos_migrations VALUES (125);
INSERT INTO dbos.operation_outputs VALUES ('heze1-1764000001.1', 1, 'settle', 'gASVCQAAAAAAAACMBXNhdmVklC4=', NULL, NULL, 1795548394049, 1795548394408, 'py_pickle', 'hotline', 1795548394422);
INSERT INTO dbos.operation_outputs VALUES ('heze1-1764000002.2', 1, 'settle', 'gASVCQAAAAAAAACMBXNhdmVklC4=', NULL, NULL, 1795548394923, 1795548395060, 'py_pickle', 'hotline', 1795548395062);
INSERT INTO dbos.queues VALUES ('84623f5c-1e40-4195-b9a5-67dfe35a3868', 'transcription', NULL, 1, NULL, NULL, true, false, 0.05, 1795548392398, 1795548410751, 'hotline', NULL, NULL, NULL, NULL);
INSERT INTO dbos.workflow_input VALUES ('heze1-1764000001.1', 'gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDAxLjGUhZSMBmt3YXJnc5R9lHUu', 1795548375640);
INSERT INTO dbos.workflow_input VALUES ('heze1-1764000002.2', 'gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDAyLjKUhZSMBmt3YXJnc5R9lHUu', 1795548376158);
INSERT INTO dbos.workflow_input VALUES ('heze1-1764000003.3', 'gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDAzLjOUhZSMBmt3YXJnc5R9lHUu', 1795548400813);
INSERT INTO dbos.workflow_input VALUES ('heze1-1764000004.4', 'gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDA0LjSUhZSMBmt3YXJnc5R9lHUu', 1795548411429);
INSERT INTO dbos.workflow_input VALUES ('heze1-1764000005.5', 'gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDA1LjWUhZSMBmt3YXJnc5R9lHUu', 1795548411612);
INSERT INTO dbos.workflow_input VALUES ('heze1-1764000006.6', 'gASVLgAAAAAAAAB9lCiMBGFyZ3OUjBJoZXplMS0xNzY0MDAwMDA2LjaUhZSMBmt3YXJnc5R9lHUu', 1795548411809);
INSERT INTO dbos.workflow_output VALUES ('heze1-1764000001.1', 'gASVCQAAAAAAAACMBXNhdmVklC4=', NULL, 1795548394585);
INSERT INTO dbos.workflow_output VALUES ('heze1-1764000002.2', 'gASVCQAAAAAAAACMBXNhdmVklC4=', NULL, 1795548395140);
INSERT INTO dbos.workflow_status VALUES ('heze1-1764000001.1', 'SUCCESS', 'transcribe', NULL, NULL, NULL, NULL, NULL, NULL, 'vm:0', 1795548375640, 1795548394585, '1', NULL, NULL, NULL, 1, 'transcription', NULL, NULL, NULL, 1795548393684, NULL, 1, NULL, NULL, NULL, NULL, 'py_pickle', NULL, false, false, 1795548394585, 'null', NULL, NULL, false, 'hotline', '7ff045b8-310d-4dfd-985d-2b5a9c9c69a1');
INSERT INTO dbos.workflow_status VALUES ('heze1-1764000002.2', 'SUCCESS', 'transcribe', NULL, NULL, NULL, NULL, NULL, NULL, 'vm:0', 1795548376158, 1795548395140, '1', NULL, NULL, NULL, 1, 'transcription', NULL, NULL, NULL, 1795548394667, NULL, 1, NULL, NULL, NULL, NULL, 'py_pickle', NULL, false, false, 1795548395140, 'null', NULL, NULL, false, 'hotline', '66b2f639-119b-46ae-8daa-930ee98c2496');
INSERT INTO dbos.workflow_status VALUES ('heze1-1764000003.3', 'PENDING', 'transcribe', NULL, NULL, NULL, NULL, NULL, NULL, 'vm:0', 1795548400813, 1795548410977, '1', NULL, NULL, NULL, 1, 'transcription', NULL, NULL, NULL, 1795548410977, NULL, 1, NULL, NULL, 'a1adfb95-b7a2-4a21-8f4a-42bc699f0c63', NULL, 'py_pickle', NULL, false, false, NULL, 'null', NULL, NULL, false, 'hotline', '51546a2d-0dca-4039-8d62-d05012ab8be1');
INSERT INTO dbos.workflow_status VALUES ('heze1-1764000004.4', 'ENQUEUED', 'transcribe', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795548411429, 1795548411429, '1', NULL, NULL, NULL, 0, 'transcription', NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, 'py_pickle', NULL, false, false, NULL, 'null', NULL, NULL, false, 'hotline', 'f64a60aa-8dc3-4953-a161-3b454b68160b');
INSERT INTO dbos.workflow_status VALUES ('heze1-1764000005.5', 'ENQUEUED', 'transcribe', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795548411612, 1795548411612, '1', NULL, NULL, NULL, 0, 'transcription', NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, 'py_pickle', NULL, false, false, NULL, 'null', NULL, NULL, false, 'hotline', 'cfa02a0c-8ade-4b52-8e15-caf57c0f657f');
INSERT INTO dbos.workflow_status VALUES ('heze1-1764000006.6', 'ENQUEUED', 'transcribe', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795548411809, 1795548411809, '1', NULL, NULL, NULL, 0, 'transcription', NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, 'py_pickle', NULL, false, false, NULL, 'null', NULL, NULL, false, 'hotline', '99d66374-1334-45a0-8641-3fa0b3db3ad7');
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.audit VALUES (1, '2025-11-24 17:00:00+00', 'cli:op', 'outage.add', '1', NULL, '{"utility":"water","area":"\u7261\u4e39\u533a"}');
INSERT INTO public.audit VALUES (2, '2025-11-24 17:00:00+00', 'cli:op', 'draft.show', 'heze1-1764000001.1', NULL, '{"full_number":true}');
INSERT INTO public.audit VALUES (3, '2025-11-24 17:00:00+00', 'cli:op', 'recording.hold', 'heze1-1764000002.2', '{"legal_hold":false}', '{"legal_hold":true}');
INSERT INTO public.call VALUES ('heze1-1764000001.1', 'heze1', '13853067211', '12345', '2025-11-24 16:00:00+00', '2025-11-24 16:00:08+00', '91', 'water', true, 'agents', 100, 1, 'emergency', 1, 1, 4, 'full', 16);
INSERT INTO public.call VALUES ('heze1-1764000002.2', 'heze1', '13853067212', '12345', '2025-11-24 16:00:00+00', '2025-11-24 16:00:08+00', '91', 'water', true, 'agents', 100, 1, 'emergency', 1, 1, 4, 'full', 16);
INSERT INTO public.call VALUES ('heze1-1764000003.3', 'heze1', '13853067213', '12345', '2025-11-24 16:00:00+00', '2025-11-24 16:00:08+00', '91', 'water', true, 'agents', 100, 1, 'emergency', 1, 1, 4, 'full', 16);
INSERT INTO public.call VALUES ('heze1-1764000004.4', 'heze1', '13853067214', '12345', '2025-11-24 16:00:00+00', '2025-11-24 16:00:08+00', '91', 'water', true, 'agents', 100, 1, 'emergency', 1, 1, 4, 'full', 16);
INSERT INTO public.call VALUES ('heze1-1764000005.5', 'heze1', '13853067215', '12345', '2025-11-24 16:00:00+00', '2025-11-24 16:00:08+00', '91', 'water', true, 'agents', 100, 1, 'emergency', 1, 1, 4, 'full', 16);
INSERT INTO public.call VALUES ('heze1-1764000006.6', 'heze1', '13853067216', '12345', '2025-11-24 16:00:00+00', '2025-11-24 16:00:08+00', '91', 'water', true, 'agents', 100, 1, 'emergency', 1, 1, 4, 'full', 16);
INSERT INTO public.callback VALUES (1, 'heze1-1764000099.9', '13853067219', 'agents', 2, '2025-11-24 16:00:00+00', 'waiting', NULL);
INSERT INTO public.draft VALUES (1, 'heze1-1764000001.1', '{"type":{"value":"\u6c42\u52a9","confidence":0.9,"span":{"speaker":"citizen","start":1.0,"end":3.5,"text":"\u6c34\u7ba1\u7206\u4e86"},"why":"\u62a5\u4fee"},"category":{"value":["\u57ce\u4e61\u5efa\u8bbe","\u4f9b\u6c34"],"confidence":0.0,"span":null,"why":""},"utility":{"value":"water","confidence":1.0,"span":null,"why":"\u6309\u952e"},"reason_code":{"value":null,"confidence":0.0,"span":null,"why":""},"urgency":{"value":"ordinary","confidence":0.8,"span":null,"why":""},"hazards":{"value":[],"confidence":0.0,"span":null,"why":""},"county":{"value":"\u7261\u4e39\u533a","confidence":0.9,"span":null,"why":""},"address":{"value":"\u7261\u4e39\u533a\u4e2d\u534e\u8def1\u53f7","confidence":0.0,"span":null,"why":""},"callback_number":{"value":"13853067219","confidence":1.0,"span":null,"why":"\u6765\u7535\u53f7\u7801"},"heard_number":{"value":null,"confidence":0.0,"span":null,"why":""},"caller_name":{"value":"\u738b\u5973\u58eb","confidence":0.0,"span":null,"why":""},"happened":{"value":"2026-01-15T03:30:00Z","confidence":0.0,"span":null,"why":""},"title":{"value":"\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"description":{"value":"\u8def\u53e3\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"unit":{"value":"\u5e02\u6c34\u52a1\u96c6\u56e2","confidence":0.0,"span":null,"why":""}}', 'confirmed', 'ordinary', '2026-11-24 19:26:34.21596+00', 'HZ1');
INSERT INTO public.draft VALUES (2, 'heze1-1764000002.2', '{"type":{"value":"\u6c42\u52a9","confidence":0.9,"span":{"speaker":"citizen","start":1.0,"end":3.5,"text":"\u6c34\u7ba1\u7206\u4e86"},"why":"\u62a5\u4fee"},"category":{"value":["\u57ce\u4e61\u5efa\u8bbe","\u4f9b\u6c34"],"confidence":0.0,"span":null,"why":""},"utility":{"value":"water","confidence":1.0,"span":null,"why":"\u6309\u952e"},"reason_code":{"value":null,"confidence":0.0,"span":null,"why":""},"urgency":{"value":"ordinary","confidence":0.8,"span":null,"why":""},"hazards":{"value":[],"confidence":0.0,"span":null,"why":""},"county":{"value":"\u7261\u4e39\u533a","confidence":0.9,"span":null,"why":""},"address":{"value":"\u7261\u4e39\u533a\u4e2d\u534e\u8def1\u53f7","confidence":0.0,"span":null,"why":""},"callback_number":{"value":"13853067219","confidence":1.0,"span":null,"why":"\u6765\u7535\u53f7\u7801"},"heard_number":{"value":null,"confidence":0.0,"span":null,"why":""},"caller_name":{"value":"\u738b\u5973\u58eb","confidence":0.0,"span":null,"why":""},"happened":{"value":"2026-01-15T03:30:00Z","confidence":0.0,"span":null,"why":""},"title":{"value":"\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"description":{"value":"\u8def\u53e3\u6c34\u7ba1\u7206\u88c2","confidence":0.0,"span":null,"why":""},"unit":{"value":"\u5e02\u6c34\u52a1\u96c6\u56e2","confidence":0.0,"span":null,"why":""}}', 'discarded', 'ordinary', '2026-11-24 19:26:34.960864+00', NULL);
INSERT INTO public.event VALUES (1, 'outage.changed', '{"outage":1,"ended":false}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (2, 'callback.changed', '{"callback":1,"state":"waiting"}', '2025-11-24 16:00:00+00');
INSERT INTO public.event VALUES (3, 'call.ended', '{"linkedid":"heze1-1764000001.1","route":"emergency"}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (4, 'recording.filed', '{"linkedid":"heze1-1764000001.1","seconds":0.2}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (5, 'call.ended', '{"linkedid":"heze1-1764000002.2","route":"emergency"}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (6, 'recording.filed', '{"linkedid":"heze1-1764000002.2","seconds":0.2}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (7, 'draft.ready', '{"linkedid":"heze1-1764000001.1","draft":1,"urgency":"ordinary"}', '2026-11-24 19:26:34.21596+00');
INSERT INTO public.event VALUES (8, 'draft.ready', '{"linkedid":"heze1-1764000002.2","draft":2,"urgency":"ordinary"}', '2026-11-24 19:26:34.960864+00');
INSERT INTO public.event VALUES (9, 'call.ended', '{"linkedid":"heze1-1764000003.3","route":"emergency"}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (10, 'recording.filed', '{"linkedid":"heze1-1764000003.3","seconds":0.2}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (11, 'call.ended', '{"linkedid":"heze1-1764000004.4","route":"emergency"}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (12, 'recording.filed', '{"linkedid":"heze1-1764000004.4","seconds":0.2}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (13, 'call.ended', '{"linkedid":"heze1-1764000005.5","route":"emergency"}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (14, 'recording.filed', '{"linkedid":"heze1-1764000005.5","seconds":0.2}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (15, 'call.ended', '{"linkedid":"heze1-1764000006.6","route":"emergency"}', '2025-11-24 17:00:00+00');
INSERT INTO public.event VALUES (16, 'recording.filed', '{"linkedid":"heze1-1764000006.6","seconds":0.2}', '2025-11-24 17:00:00+00');
INSERT INTO public.executor VALUES ('vm:0', '2026-11-24 19:26:51.026677+00');
INSERT INTO public.job_attempt VALUES ('heze1-1764000001.1', 1, 0, 0, NULL, false, '2026-11-24 19:26:33.773806+00');
INSERT INTO public.job_attempt VALUES ('heze1-1764000002.2', 1, 0, 0, NULL, false, '2026-11-24 19:26:34.855095+00');
INSERT INTO public.job_attempt VALUES ('heze1-1764000003.3', 1, 0, 0, NULL, false, '2026-11-24 19:26:51.07356+00');
INSERT INTO public.leg VALUES ('heze1-1764000001.1', 'heze1-1764000001.1', 'caller', NULL, '2025-11-24 16:00:00+00', NULL, NULL, 0.2);
INSERT INTO public.leg VALUES ('heze1-1764000001.1', 'heze1-1764000001.19', 'seat', 'water1', '2025-11-24 16:00:00.1+00', '2025-11-24 16:00:04+00', NULL, 0.1);
INSERT INTO public.leg VALUES ('heze1-1764000002.2', 'heze1-1764000002.2', 'caller', NULL, '2025-11-24 16:00:00+00', NULL, NULL, 0.2);
INSERT INTO public.leg VALUES ('heze1-1764000002.2', 'heze1-1764000002.29', 'seat', 'water1', '2025-11-24 16:00:00.1+00', '2025-11-24 16:00:04+00', NULL, 0.1);
INSERT INTO public.leg VALUES ('heze1-1764000003.3', 'heze1-1764000003.3', 'caller', NULL, '2025-11-24 16:00:00+00', NULL, NULL, 0.2);
INSERT INTO public.leg VALUES ('heze1-1764000003.3', 'heze1-1764000003.39', 'seat', 'water1', '2025-11-24 16:00:00.1+00', '2025-11-24 16:00:04+00', NULL, 0.1);
INSERT INTO public.leg VALUES ('heze1-1764000004.4', 'heze1-1764000004.4', 'caller', NULL, '2025-11-24 16:00:00+00', NULL, NULL, 0.2);
INSERT INTO public.leg VALUES ('heze1-1764000004.4', 'heze1-1764000004.49', 'seat', 'water1', '2025-11-24 16:00:00.1+00', '2025-11-24 16:00:04+00', NULL, 0.1);
INSERT INTO public.leg VALUES ('heze1-1764000005.5', 'heze1-1764000005.5', 'caller', NULL, '2025-11-24 16:00:00+00', NULL, NULL, 0.2);
INSERT INTO public.leg VALUES ('heze1-1764000005.5', 'heze1-1764000005.59', 'seat', 'water1', '2025-11-24 16:00:00.1+00', '2025-11-24 16:00:04+00', NULL, 0.1);
INSERT INTO public.leg VALUES ('heze1-1764000006.6', 'heze1-1764000006.6', 'caller', NULL, '2025-11-24 16:00:00+00', NULL, NULL, 0.2);
INSERT INTO public.leg VALUES ('heze1-1764000006.6', 'heze1-1764000006.69', 'seat', 'water1', '2025-11-24 16:00:00.1+00', '2025-11-24 16:00:04+00', NULL, 0.1);
INSERT INTO public.outage VALUES (1, 'water', '牡丹区', '2025-11-24 16:00:00+00', NULL, '停水', NULL);
INSERT INTO public.recording VALUES ('heze1-1764000001.1', '2025/11/24/heze1-1764000001.1.wav', 'fcd1e8e0553dc0ef1d4e6040ae8011fb8e83524e54cb4a89e4d07cc253f82cae', 0.2, 2, 'call', '2025-11-24 16:00:00+00', 'heze1', false, NULL);
INSERT INTO public.recording VALUES ('heze1-1764000003.3', '2025/11/24/heze1-1764000003.3.wav', '095c7310e8b8dc20f419e4937de40585f8d8c76c9379cc0f6976bbf8c5b4f04b', 0.2, 2, 'call', '2025-11-24 16:00:00+00', 'heze1', false, NULL);
INSERT INTO public.recording VALUES ('heze1-1764000004.4', '2025/11/24/heze1-1764000004.4.wav', '9147fcfe00ea6ae0c7432b92751a12757c7d7af08acda29e202d089ac7d5488a', 0.2, 2, 'call', '2025-11-24 16:00:00+00', 'heze1', false, NULL);
INSERT INTO public.recording VALUES ('heze1-1764000005.5', '2025/11/24/heze1-1764000005.5.wav', '2d1b06619e7224b1e1360d03930f0a9d7f687369686cb5a6d08266fa936f1eaa', 0.2, 2, 'call', '2025-11-24 16:00:00+00', 'heze1', false, NULL);
INSERT INTO public.recording VALUES ('heze1-1764000006.6', '2025/11/24/heze1-1764000006.6.wav', '950088bf80ef0beab4d26445a8160780d7bbd206578385c6a4fe0ce0639ad76a', 0.2, 2, 'call', '2025-11-24 16:00:00+00', 'heze1', false, NULL);
INSERT INTO public.recording VALUES ('heze1-1764000002.2', '2025/11/24/heze1-1764000002.2.wav', 'e05d2a36bdb18f732a5970ed2663dc8ddb2ffeb3d2925dc100112d5d398557df', 0.2, 2, 'call', '2025-11-24 16:00:00+00', 'heze1', true, NULL);
INSERT INTO public.transcript VALUES ('heze1-1764000001.1', 'fake', 'none', 60, 0.1, '{"utterances":[{"speaker":"citizen","start":1.0,"end":3.5,"text":"heze1-1764000001.1","words":[{"text":"h","start":1.0,"end":1.1,"confidence":0.9},{"text":"e","start":1.1,"end":1.2000000000000002,"confidence":0.9},{"text":"z","start":1.2,"end":1.3,"confidence":0.9},{"text":"e","start":1.3,"end":1.4000000000000001,"confidence":0.9},{"text":"1","start":1.4,"end":1.5,"confidence":0.9},{"text":"-","start":1.5,"end":1.6,"confidence":0.9},{"text":"1","start":1.6,"end":1.7000000000000002,"confidence":0.9},{"text":"7","start":1.7000000000000002,"end":1.8000000000000003,"confidence":0.9},{"text":"6","start":1.8,"end":1.9000000000000001,"confidence":0.9},{"text":"4","start":1.9,"end":2.0,"confidence":0.9},{"text":"0","start":2.0,"end":2.1,"confidence":0.9},{"text":"0","start":2.1,"end":2.2,"confidence":0.9},{"text":"0","start":2.2,"end":2.3000000000000003,"confidence":0.9},{"text":"0","start":2.3,"end":2.4000000000000004,"confidence":0.9},{"text":"0","start":2.4000000000000004,"end":2.5,"confidence":0.9},{"text":"1","start":2.5,"end":2.6,"confidence":0.9},{"text":".","start":2.6,"end":2.7,"confidence":0.9},{"text":"1","start":2.7,"end":2.8000000000000003,"confidence":0.9}],"confidence":0.87}],"engine":"fake","model":"none","audio_seconds":60.0,"spent_seconds":0.1,"notes":[],"repairs":[]}', '2026-11-24 19:26:34.21596+00');
INSERT INTO public.transcript VALUES ('heze1-1764000002.2', 'fake', 'none', 60, 0.1, '{"utterances":[{"speaker":"citizen","start":1.0,"end":3.5,"text":"heze1-1764000002.2","words":[{"text":"h","start":1.0,"end":1.1,"confidence":0.9},{"text":"e","start":1.1,"end":1.2000000000000002,"confidence":0.9},{"text":"z","start":1.2,"end":1.3,"confidence":0.9},{"text":"e","start":1.3,"end":1.4000000000000001,"confidence":0.9},{"text":"1","start":1.4,"end":1.5,"confidence":0.9},{"text":"-","start":1.5,"end":1.6,"confidence":0.9},{"text":"1","start":1.6,"end":1.7000000000000002,"confidence":0.9},{"text":"7","start":1.7000000000000002,"end":1.8000000000000003,"confidence":0.9},{"text":"6","start":1.8,"end":1.9000000000000001,"confidence":0.9},{"text":"4","start":1.9,"end":2.0,"confidence":0.9},{"text":"0","start":2.0,"end":2.1,"confidence":0.9},{"text":"0","start":2.1,"end":2.2,"confidence":0.9},{"text":"0","start":2.2,"end":2.3000000000000003,"confidence":0.9},{"text":"0","start":2.3,"end":2.4000000000000004,"confidence":0.9},{"text":"0","start":2.4000000000000004,"end":2.5,"confidence":0.9},{"text":"2","start":2.5,"end":2.6,"confidence":0.9},{"text":".","start":2.6,"end":2.7,"confidence":0.9},{"text":"2","start":2.7,"end":2.8000000000000003,"confidence":0.9}],"confidence":0.87}],"engine":"fake","model":"none","audio_seconds":60.0,"spent_seconds":0.1,"notes":[],"repairs":[]}', '2026-11-24 19:26:34.960864+00');
SELECT pg_catalog.setval('public.audit_id_seq', 3, true);
SELECT pg_catalog.setval('public.callback_id_seq', 1, true);
SELECT pg_catalog.setval('public.draft_id_seq', 2, true);
SELECT pg_catalog.setval('public.event_id_seq', 16, true);
SELECT pg_catalog.setval('public.outage_id_seq', 1, true);
ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_pkey PRIMARY KEY (version_id);
ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_version_name_key UNIQUE (version_name);
ALTER TABLE ONLY dbos.datasource_outputs
    ADD CONSTRAINT datasource_outputs_pkey PRIMARY KEY (workflow_id, step_id);
ALTER TABLE ONLY dbos.dbos_datasource_migrations
    ADD CONSTRAINT dbos_datasource_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY dbos.dbos_migrations
    ADD CONSTRAINT dbos_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY dbos.event_dispatch_kv
    ADD CONSTRAINT event_dispatch_kv_pkey PRIMARY KEY (service_name, workflow_fn_name, key);
ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (message_uuid);
ALTER TABLE ONLY dbos.operation_outputs
    ADD CONSTRAINT operation_outputs_pkey PRIMARY KEY (workflow_uuid, function_id);
ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_name_key UNIQUE (name);
ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_pkey PRIMARY KEY (queue_id);
ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (workflow_uuid, key, "offset");
ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_pkey PRIMARY KEY (workflow_uuid, function_id, key);
ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_pkey PRIMARY KEY (workflow_uuid, key);
ALTER TABLE ONLY dbos.workflow_input
    ADD CONSTRAINT workflow_input_pkey PRIMARY KEY (workflow_uuid);
ALTER TABLE ONLY dbos.workflow_output
    ADD CONSTRAINT workflow_output_pkey PRIMARY KEY (workflow_uuid);
ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_pkey PRIMARY KEY (schedule_id);
ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_schedule_name_key UNIQUE (schedule_name);
ALTER TABLE ONLY dbos.workflow_status
    ADD CONSTRAINT workflow_status_pkey PRIMARY KEY (workflow_uuid);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.call
    ADD CONSTRAINT pk_call PRIMARY KEY (linkedid);
ALTER TABLE ONLY public.callback
    ADD CONSTRAINT pk_callback PRIMARY KEY (id);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT pk_draft PRIMARY KEY (id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (id);
ALTER TABLE ONLY public.executor
    ADD CONSTRAINT pk_executor PRIMARY KEY (id);
ALTER TABLE ONLY public.job_attempt
    ADD CONSTRAINT pk_job_attempt PRIMARY KEY (recording_id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT pk_leg PRIMARY KEY (linkedid, uniqueid, role);
ALTER TABLE ONLY public.outage
    ADD CONSTRAINT pk_outage PRIMARY KEY (id);
ALTER TABLE ONLY public.recording
    ADD CONSTRAINT pk_recording PRIMARY KEY (id);
ALTER TABLE ONLY public.transcript
    ADD CONSTRAINT pk_transcript PRIMARY KEY (recording_id);
ALTER TABLE ONLY public.callback
    ADD CONSTRAINT uq_callback_linkedid UNIQUE (linkedid);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT uq_draft_case_no UNIQUE (case_no);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT uq_draft_linkedid UNIQUE (linkedid);
ALTER TABLE ONLY public.recording
    ADD CONSTRAINT uq_recording_storage_key UNIQUE (storage_key);
CREATE INDEX idx_application_versions_owner_timestamp ON dbos.application_versions USING btree (application_name, version_timestamp DESC);
CREATE INDEX idx_application_versions_timestamp ON dbos.application_versions USING btree (version_timestamp DESC);
CREATE INDEX idx_operation_outputs_completed_at_function_name_v2 ON dbos.operation_outputs USING btree (completed_at_epoch_ms, function_name) INCLUDE (application_name);
CREATE INDEX idx_operation_outputs_retention ON dbos.operation_outputs USING btree (retention_timestamp);
CREATE INDEX idx_workflow_input_retention ON dbos.workflow_input USING btree (retention_timestamp);
CREATE INDEX idx_workflow_output_retention ON dbos.workflow_output USING btree (retention_timestamp);
CREATE INDEX idx_workflow_status_attributes ON dbos.workflow_status USING gin (attributes) WHERE (attributes IS NOT NULL);
CREATE INDEX idx_workflow_status_completed_at ON dbos.workflow_status USING btree (completed_at) WHERE (completed_at IS NOT NULL);
CREATE INDEX idx_workflow_status_deadline ON dbos.workflow_status USING btree (workflow_deadline_epoch_ms) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text, 'DELAYED'::text])) AND (workflow_deadline_epoch_ms IS NOT NULL));
CREATE INDEX idx_workflow_status_delayed ON dbos.workflow_status USING btree (delay_until_epoch_ms) WHERE (status = 'DELAYED'::text);
CREATE INDEX idx_workflow_status_failed ON dbos.workflow_status USING btree (status, created_at) WHERE (status = ANY (ARRAY['ERROR'::text, 'CANCELLED'::text, 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'::text]));
CREATE INDEX idx_workflow_status_forked_from ON dbos.workflow_status USING btree (forked_from) WHERE (forked_from IS NOT NULL);
CREATE INDEX idx_workflow_status_in_flight_v2 ON dbos.workflow_status USING btree (queue_name, status, priority, created_at) INCLUDE (application_name) WHERE (status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text]));
CREATE INDEX idx_workflow_status_parent_workflow_id ON dbos.workflow_status USING btree (parent_workflow_id) WHERE (parent_workflow_id IS NOT NULL);
CREATE INDEX idx_workflow_status_partition_dequeue_v3 ON dbos.workflow_status USING btree (queue_name, status, queue_partition_key, priority, created_at, workflow_uuid) INCLUDE (application_name) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text])) AND (queue_partition_key IS NOT NULL));
CREATE INDEX idx_workflow_status_pending ON dbos.workflow_status USING btree (created_at) WHERE (status = 'PENDING'::text);
CREATE INDEX idx_workflow_status_rate_limited ON dbos.workflow_status USING btree (queue_name, started_at_epoch_ms) WHERE (rate_limited = true);
CREATE INDEX idx_workflow_status_schedule_name ON dbos.workflow_status USING btree (schedule_name) WHERE (schedule_name IS NOT NULL);
CREATE INDEX idx_workflow_status_started_at ON dbos.workflow_status USING btree (started_at_epoch_ms) WHERE (started_at_epoch_ms IS NOT NULL);
CREATE INDEX idx_workflow_topic ON dbos.notifications USING btree (destination_uuid, topic);
CREATE UNIQUE INDEX uq_application_versions_owner_version ON dbos.application_versions USING btree (application_name, version_name) WHERE (application_name IS NOT NULL);
CREATE UNIQUE INDEX uq_application_versions_unclaimed_version ON dbos.application_versions USING btree (version_name) WHERE (application_name IS NULL);
CREATE UNIQUE INDEX uq_workflow_status_dedup_id ON dbos.workflow_status USING btree (queue_name, deduplication_id) WHERE (deduplication_id IS NOT NULL);
CREATE INDEX workflow_status_created_at_index ON dbos.workflow_status USING btree (created_at);
CREATE INDEX ix_audit_subject ON public.audit USING btree (subject);
CREATE INDEX ix_call_outage_id ON public.call USING btree (outage_id);
CREATE INDEX ix_call_started ON public.call USING btree (started);
CREATE INDEX ix_callback_state_asked ON public.callback USING btree (state, asked);
CREATE INDEX ix_draft_state_created ON public.draft USING btree (state, created);
CREATE INDEX ix_recording_started ON public.recording USING btree (started);
CREATE TRIGGER dbos_notifications_trigger AFTER INSERT ON dbos.notifications FOR EACH ROW EXECUTE FUNCTION dbos.notifications_function();
CREATE TRIGGER audit_no_change BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_append_only();
ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_destination_uuid_fkey FOREIGN KEY (destination_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT fk_draft_linkedid FOREIGN KEY (linkedid) REFERENCES public.call(linkedid);
ALTER TABLE ONLY public.job_attempt
    ADD CONSTRAINT fk_job_attempt_recording_id FOREIGN KEY (recording_id) REFERENCES public.recording(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT fk_leg_linkedid FOREIGN KEY (linkedid) REFERENCES public.call(linkedid);
ALTER TABLE ONLY public.recording
    ADD CONSTRAINT fk_recording_id FOREIGN KEY (id) REFERENCES public.call(linkedid);
ALTER TABLE ONLY public.transcript
    ADD CONSTRAINT fk_transcript_recording_id FOREIGN KEY (recording_id) REFERENCES public.recording(id);
