// A job as the API tells it, cut to what the reader may see.
#pragma once

#include <boost/json.hpp>

#include "access/access.h"
#include "engine/jobs.h"

namespace utsyn::api {

boost::json::object job_json(const engine::Job& job, const access::Access& access);

}  // namespace utsyn::api
