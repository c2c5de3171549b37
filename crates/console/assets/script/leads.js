
// Leads, runs and conversations.
{
}
