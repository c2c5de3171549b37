
// Usage, settings and the audit log.
{
}
