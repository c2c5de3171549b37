
// API clients, keys and tokens.
{
}
