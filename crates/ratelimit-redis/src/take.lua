-- One decision: takes a call from every window, or from none where one of them is used up. KEYS are the windows; ARGV is 1 to take or 0 to
-- look, then the limit and the length in milliseconds of each. Answers 1 or 0 for allowed, then of each how many calls are left and after how
-- many milliseconds it ends. A window that is named twice is taken from once.
--
-- A window is a number that ends by itself: it is opened with its length by the first call that is taken, and the server's clock, which stands
-- still in a script, ends it.
local states, allowed = {}, 1
for i, key in ipairs(KEYS) do
    local limit, length = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local used, ends = tonumber(redis.call('GET', key) or 0), redis.call('PTTL', key)
    if ends < 0 then
        used, ends = 0, length
    end
    if used >= limit then
        allowed = 0
    end
    states[i] = { limit = limit, length = length, used = used, ends = ends }
end
local takes = allowed == 1 and ARGV[1] == '1'
local answer, taken = { allowed }, {}
for i, key in ipairs(KEYS) do
    local state = states[i]
    if takes then
        if taken[key] then
            -- It was taken from already.
        elseif state.used == 0 then
            redis.call('SET', key, 1, 'PX', state.length)
        else
            redis.call('INCR', key)
        end
        taken[key] = true
        state.used = state.used + 1
    end
    answer[2 * i] = math.max(state.limit - state.used, 0)
    answer[2 * i + 1] = state.ends
end
return answer
