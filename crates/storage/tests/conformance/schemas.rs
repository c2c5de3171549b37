use leadkeep_storage::{Database, DatabaseUrl};
use leadkeep_testkit::TestDatabase;

/// Tables, columns and which of them may be empty.
fn columns(database: &TestDatabase, sql: &str) -> Vec<String> {
    Database::migrate(&DatabaseUrl::parse(database.url()).unwrap()).unwrap();
    let mut columns = database.query(sql);
    columns.retain(|line| !line.starts_with("__diesel") && !line.starts_with("sqlite_"));
    columns.sort();
    columns
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = columns(
        &TestDatabase::sqlite(),
        "SELECT m.name, c.name, CASE c.\"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END \
         FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    );
    let postgres = columns(
        &TestDatabase::postgres(),
        "SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'",
    );
    assert!(sqlite.len() > 80, "{sqlite:?}");
    assert_eq!(sqlite, postgres);
}

/// Indexes with their columns: a query that is fast on one database is fast on the other.
#[test]
fn both_databases_have_the_same_indexes() {
    let sqlite = columns(
        &TestDatabase::sqlite(),
        "SELECT m.tbl_name, m.name, group_concat(c.name) \
         FROM sqlite_schema m, pragma_index_info(m.name) c WHERE m.type = 'index' AND m.sql IS NOT NULL GROUP BY m.name",
    );
    let postgres = columns(
        &TestDatabase::postgres(),
        "SELECT t.relname, c.relname, string_agg(a.attname, ',' ORDER BY a.attnum) \
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
         JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'public' AND NOT i.indisprimary GROUP BY t.relname, c.relname",
    );
    assert!(sqlite.len() > 10, "{sqlite:?}");
    assert_eq!(sqlite, postgres);
}
