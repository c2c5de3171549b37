-- One measurement for wrk:  wrk … -s call.lua URL -- read | create ROUND
--
-- Prints "RESULT <requests> <microseconds> <failures>". With "create", every request is a POST of a lead with an e-mail
-- that no other request has: the round is the caller's part of it, the thread and its count are this script's.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local function create(round)
  local count = 0
  local body = '{"email":"lead.%s.%d.%d@example.com","name":"John Smith","company":"Acme Corp",'
    .. '"deal_value":5000000,"tags":["enterprise","inbound"]}'
  wrk.headers["Content-Type"] = "application/json"
  return function()
    count = count + 1
    return wrk.format("POST", nil, nil, body:format(round, number, count))
  end
end

function init(args)
  if args[1] == "create" then
    -- Only here: where there is a function, wrk calls it for every request.
    request = create(args[2])
  end
end

function done(summary)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.duration, failures))
end
