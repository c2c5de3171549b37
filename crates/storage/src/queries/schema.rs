//! The tables, once for both databases: the parent module says how each column type is stored.
//! Migrations are the truth; a test compares them with this and with each other.

macro_rules! tables {
    ($($name:ident ($($key:ident),+) { $($columns:tt)* })+) => {
        $(diesel::table! {
            use diesel::sql_types::*;
            use super::super::types::{DaySql, JsonSql, StampSql, UidSql};
            $name ($($key),+) { $($columns)* }
        })+
        diesel::allow_tables_to_appear_in_same_query!($($name),+);
    };
}

tables! {
    installation (id) {
        id -> Integer,
        key_id -> Integer,
        key_check -> Binary,
        created_at -> StampSql,
        housekept_until -> Nullable<StampSql>,
    }

    organizations (id) {
        id -> UidSql,
        name -> Text,
        created_at -> StampSql,
    }

    workspaces (id) {
        id -> UidSql,
        organization_id -> UidSql,
        name -> Text,
        plan -> Text,
        currency -> Text,
        suspended_at -> Nullable<StampSql>,
        created_at -> StampSql,
        site_limit -> Nullable<Integer>,
        site_key_share -> Nullable<Integer>,
        ai_provider -> Nullable<Text>,
        ai_fields -> Nullable<Text>,
    }

    users (id) {
        id -> UidSql,
        email -> Text,
        email_key -> Text,
        name -> Text,
        created_at -> StampSql,
        password_hash -> Nullable<Text>,
        signed_in_at -> Nullable<StampSql>,
    }

    sessions (hash) {
        hash -> Binary,
        key_id -> Integer,
        id -> UidSql,
        user_id -> UidSql,
        created_at -> StampSql,
        last_seen_at -> StampSql,
        expires_at -> StampSql,
        address -> Text,
        user_agent -> Text,
    }

    invitations (hash) {
        hash -> Binary,
        key_id -> Integer,
        id -> UidSql,
        workspace_id -> UidSql,
        role -> Text,
        email -> Nullable<Text>,
        created_by_member -> Nullable<UidSql>,
        created_by_name -> Text,
        created_at -> StampSql,
        expires_at -> StampSql,
        used_at -> Nullable<StampSql>,
        withdrawn_at -> Nullable<StampSql>,
        is_setup -> Bool,
    }

    password_resets (hash) {
        hash -> Binary,
        key_id -> Integer,
        user_id -> UidSql,
        created_at -> StampSql,
        expires_at -> StampSql,
        used_at -> Nullable<StampSql>,
    }

    members (id) {
        id -> UidSql,
        workspace_id -> UidSql,
        user_id -> UidSql,
        role -> Text,
        created_at -> StampSql,
        removed_at -> Nullable<StampSql>,
    }

    clients (id) {
        id -> UidSql,
        workspace_id -> UidSql,
        client_id -> Text,
        name -> Text,
        scopes -> Text,
        limit_per_minute -> Nullable<Integer>,
        created_at -> StampSql,
        revoked_at -> Nullable<StampSql>,
        last_used_at -> Nullable<StampSql>,
        last_used_from -> Nullable<Text>,
        kind -> Text,
        redirect_uris -> JsonSql,
        created_by_name -> Text,
    }

    client_secrets (hash) {
        hash -> Binary,
        key_id -> Integer,
        client_key -> UidSql,
        preview -> Text,
        created_at -> StampSql,
        expires_at -> Nullable<StampSql>,
        last_used_at -> Nullable<StampSql>,
        last_used_from -> Nullable<Text>,
    }

    access_tokens (hash) {
        hash -> Binary,
        key_id -> Integer,
        workspace_id -> UidSql,
        client_key -> UidSql,
        scopes -> Text,
        created_at -> StampSql,
        expires_at -> StampSql,
        revoked_at -> Nullable<StampSql>,
        authorization_id -> Nullable<UidSql>,
    }

    app_grants (id) {
        id -> UidSql,
        client_key -> UidSql,
        member_id -> UidSql,
        workspace_id -> UidSql,
        scopes -> Text,
        granted_at -> StampSql,
        withdrawn_at -> Nullable<StampSql>,
        last_used_at -> Nullable<StampSql>,
        last_used_from -> Nullable<Text>,
    }

    authorizations (id) {
        id -> UidSql,
        grant_id -> UidSql,
        key_id -> Integer,
        code_hash -> Binary,
        code_expires_at -> StampSql,
        redirect_uri -> Text,
        code_challenge -> Nullable<Text>,
        scopes -> Text,
        created_at -> StampSql,
        exchanged_at -> Nullable<StampSql>,
        revoked_at -> Nullable<StampSql>,
        expires_at -> StampSql,
    }

    refresh_tokens (hash) {
        hash -> Binary,
        key_id -> Integer,
        authorization_id -> UidSql,
        replaces -> Nullable<Binary>,
        access_hash -> Binary,
        created_at -> StampSql,
        expires_at -> StampSql,
        used_at -> Nullable<StampSql>,
        revoked_at -> Nullable<StampSql>,
    }

    api_credentials (id) {
        id -> UidSql,
        workspace_id -> UidSql,
        kind -> Text,
        name -> Text,
        scopes -> Text,
        limit_per_minute -> Nullable<Integer>,
        allowed_addresses -> Text,
        created_by -> Nullable<UidSql>,
        created_by_name -> Text,
        created_at -> StampSql,
        expires_at -> Nullable<StampSql>,
        disabled_at -> Nullable<StampSql>,
        revoked_at -> Nullable<StampSql>,
    }

    api_secrets (hash) {
        hash -> Binary,
        key_id -> Integer,
        credential_id -> UidSql,
        preview -> Text,
        created_at -> StampSql,
        expires_at -> Nullable<StampSql>,
        last_used_at -> Nullable<StampSql>,
        last_used_from -> Nullable<Text>,
    }

    usage_minutes (workspace_id, minute, credential_id) {
        workspace_id -> UidSql,
        minute -> StampSql,
        credential_id -> UidSql,
        ok -> BigInt,
        limited -> BigInt,
        unauthorized -> BigInt,
        error -> BigInt,
    }

    usage_months (workspace_id, month, credential_id) {
        workspace_id -> UidSql,
        month -> StampSql,
        credential_id -> UidSql,
        ok -> BigInt,
        limited -> BigInt,
        unauthorized -> BigInt,
        error -> BigInt,
    }

    usage_days (workspace_id, day, credential_id) {
        workspace_id -> UidSql,
        day -> StampSql,
        credential_id -> UidSql,
        ok -> BigInt,
        limited -> BigInt,
        unauthorized -> BigInt,
        error -> BigInt,
    }

    usage_hours (workspace_id, hour, credential_id) {
        workspace_id -> UidSql,
        hour -> StampSql,
        credential_id -> UidSql,
        ok -> BigInt,
        limited -> BigInt,
        unauthorized -> BigInt,
        error -> BigInt,
    }

    runs (workspace_id, id) {
        workspace_id -> UidSql,
        id -> UidSql,
        kind -> Text,
        status -> Text,
        options -> JsonSql,
        state -> JsonSql,
        done -> BigInt,
        total -> Nullable<BigInt>,
        result -> Nullable<JsonSql>,
        error_count -> BigInt,
        actor_kind -> Text,
        actor_id -> Nullable<UidSql>,
        actor_name -> Text,
        credential_id -> UidSql,
        secret_hash -> Binary,
        request_id -> Nullable<Text>,
        due_at -> Nullable<StampSql>,
        fence -> Integer,
        stalls -> Integer,
        created_at -> StampSql,
        started_at -> Nullable<StampSql>,
        finished_at -> Nullable<StampSql>,
    }

    run_errors (workspace_id, run_id, position) {
        workspace_id -> UidSql,
        run_id -> UidSql,
        position -> Integer,
        file_row -> Nullable<BigInt>,
        field -> Nullable<Text>,
        message -> Text,
    }

    run_inputs (workspace_id, run_id, part) {
        workspace_id -> UidSql,
        run_id -> UidSql,
        part -> Integer,
        bytes -> Binary,
        created_at -> StampSql,
    }

    run_outputs (workspace_id, run_id, part) {
        workspace_id -> UidSql,
        run_id -> UidSql,
        part -> Integer,
        bytes -> Binary,
        created_at -> StampSql,
    }

    spent_forms (workspace_id, form_id) {
        workspace_id -> UidSql,
        form_id -> UidSql,
        at -> StampSql,
    }

    idempotency_keys (credential_id, key) {
        credential_id -> UidSql,
        key -> Text,
        fingerprint -> Binary,
        reservation -> UidSql,
        reserved_until -> StampSql,
        status -> Nullable<Integer>,
        etag -> Nullable<Text>,
        location -> Nullable<Text>,
        body -> Nullable<Binary>,
        created_at -> StampSql,
    }

    audit_log (id) {
        id -> UidSql,
        organization_id -> Nullable<UidSql>,
        workspace_id -> Nullable<UidSql>,
        actor_kind -> Text,
        actor_id -> Nullable<UidSql>,
        actor_name -> Text,
        action -> Text,
        subject_id -> Nullable<UidSql>,
        detail -> JsonSql,
        request_id -> Nullable<Text>,
        created_at -> StampSql,
        address -> Nullable<Text>,
    }

    leads (workspace_id, id) {
        workspace_id -> UidSql,
        id -> UidSql,
        status -> Text,
        email -> Text,
        email_key -> Text,
        name -> Nullable<Text>,
        title -> Nullable<Text>,
        company -> Nullable<Text>,
        phone -> Nullable<Text>,
        website -> Nullable<Text>,
        source -> Nullable<Text>,
        deal_value -> Nullable<BigInt>,
        deal_currency -> Text,
        deal_stage -> Nullable<Text>,
        deal_close_date -> Nullable<DaySql>,
        tags -> JsonSql,
        assigned_to -> Nullable<UidSql>,
        custom_fields -> JsonSql,
        created_at -> StampSql,
        updated_at -> StampSql,
        archived_at -> Nullable<StampSql>,
        version -> Integer,
    }

    lead_tags (workspace_id, tag, status, lead_id) {
        workspace_id -> UidSql,
        tag -> Text,
        status -> Text,
        lead_id -> UidSql,
        updated_at -> StampSql,
    }

    lead_words (workspace_id, word, status, lead_id) {
        workspace_id -> UidSql,
        word -> Text,
        status -> Text,
        lead_id -> UidSql,
    }

    lead_history (workspace_id, lead_id, id) {
        workspace_id -> UidSql,
        lead_id -> UidSql,
        id -> UidSql,
        field -> Text,
        old_value -> JsonSql,
        new_value -> JsonSql,
        actor_kind -> Text,
        actor_id -> Nullable<UidSql>,
        actor_name -> Text,
        request_id -> Nullable<Text>,
        created_at -> StampSql,
        version -> Nullable<Integer>,
        ai_update_id -> Nullable<UidSql>,
        ai_provider -> Nullable<Text>,
    }

    ai_updates (workspace_id, lead_id, id) {
        workspace_id -> UidSql,
        lead_id -> UidSql,
        id -> UidSql,
        provider -> Text,
        model -> Nullable<Text>,
        prompt_version -> Nullable<Text>,
        changes -> JsonSql,
        refused -> JsonSql,
        credits -> Integer,
        input_tokens -> BigInt,
        output_tokens -> BigInt,
        version -> Nullable<Integer>,
        actor_kind -> Text,
        actor_id -> Nullable<UidSql>,
        actor_name -> Text,
        request_id -> Nullable<Text>,
        created_at -> StampSql,
        undo -> Nullable<JsonSql>,
    }

    ai_ledger (workspace_id, id) {
        workspace_id -> UidSql,
        id -> UidSql,
        month -> Text,
        credential_id -> UidSql,
        provider -> Text,
        credits -> Integer,
        state -> Text,
        created_at -> StampSql,
        expires_at -> StampSql,
        ended_at -> Nullable<StampSql>,
    }

    ai_balances (workspace_id, month) {
        workspace_id -> UidSql,
        month -> Text,
        charged -> BigInt,
    }

    ai_usage_days (workspace_id, day, credential_id, provider) {
        workspace_id -> UidSql,
        day -> DaySql,
        credential_id -> UidSql,
        provider -> Text,
        actor_kind -> Text,
        actor_name -> Text,
        updates -> BigInt,
        failures -> BigInt,
        credits -> BigInt,
        input_tokens -> BigInt,
        output_tokens -> BigInt,
    }

    conversations (workspace_id, id) {
        workspace_id -> UidSql,
        id -> UidSql,
        lead_id -> Nullable<UidSql>,
        channel -> Text,
        subject -> Nullable<Text>,
        status -> Text,
        message_count -> Integer,
        created_at -> StampSql,
        updated_at -> StampSql,
    }

    conversation_messages (workspace_id, conversation_id, id) {
        workspace_id -> UidSql,
        conversation_id -> UidSql,
        id -> UidSql,
        author -> Text,
        text -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<UidSql>,
        actor_name -> Text,
        request_id -> Nullable<Text>,
        created_at -> StampSql,
    }
}
