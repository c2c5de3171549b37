DROP INDEX clients_apps;
