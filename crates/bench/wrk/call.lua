-- One measurement for wrk:  wrk … -s call.lua URL -- read | ids IDS | create ROUND | patch ROUND IDS | post BODY
--
-- Prints "RESULT <requests> <microseconds> <broken> <errors> <p50> <p99>": broken connections and timeouts, answers that are errors, and how
-- long half of the answers, and 99 in 100, took at most, in microseconds. With "create", every request is a POST of a lead with an e-mail that
-- no other request has; with "patch", it changes the name of the next lead of those whose ids are in a file; with "ids", it gets that lead.

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

local function patch(round, file)
  local ids, count = {}, 0
  for id in io.lines(file) do ids[#ids + 1] = id end
  local path = wrk.path
  wrk.headers["Content-Type"] = "application/json"
  return function()
    count = count + 1
    local id = ids[(count + number * 500) % #ids + 1]
    return wrk.format("PATCH", path .. id, nil, ('{"name":"Name %s %d %d"}'):format(round, number, count))
  end
end

local function each(file)
  local ids, count = {}, 0
  for id in io.lines(file) do ids[#ids + 1] = id end
  local path = wrk.path
  return function()
    count = count + 1
    return wrk.format("GET", path .. ids[(count * 7 + number * 500) % #ids + 1])
  end
end

function init(args)
  -- Only where it must be: where there is a function, wrk calls it for every request.
  if args[1] == "ids" then
    request = each(args[2])
  elseif args[1] == "create" then
    request = create(args[2])
  elseif args[1] == "patch" then
    request = patch(args[2], args[3])
  elseif args[1] == "post" then
    wrk.method, wrk.body = "POST", args[2]
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  end
end

function done(summary, latency)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, broken, errors.status,
    latency:percentile(50), latency:percentile(99)))
end
