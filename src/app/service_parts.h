// What `utsyn serve` and `utsyn worker` are built from: the hooks by which the measuring asks the rooms above
// it, and where alerts go.
#pragma once

#include <atomic>
#include <memory>

#include "app/options.h"
#include "engine/measuring.h"
#include "report/deliver.h"

namespace utsyn::app {

// `held` follows the switch that stops all probing (engine/stop_switch.h): another process may turn it.
engine::MeasuringHooks measuring_hooks(const std::shared_ptr<store::Sql>& sql,
                                       const std::shared_ptr<std::atomic<bool>>& held);

// The flag as the database has it now.
std::shared_ptr<std::atomic<bool>> held_now(store::Sql& sql);

Result<engine::MeasuringSettings, Refusal> measuring_settings(const Options& options);
Result<report::DeliverySettings, Refusal> delivery_settings(const Options& options,
                                                            const std::string& public_address);

}  // namespace utsyn::app
