#include "probe/politeness.h"

namespace utsyn::probe {

Politeness::Politeness(const Settings& settings) : impl_(std::make_shared<Impl>(settings)) {}
Politeness::~Politeness() = default;
Politeness::Answer Politeness::ask(const IpAddress& address) {
  Impl::AddressState* place = nullptr;
  return impl_->ask({address, false}, place);
}
void Politeness::leave(const IpAddress& address, bool refused) { impl_->leave({address, false}, refused); }
Politeness::Answer Politeness::ask_for_mail(const IpAddress& address) {
  Impl::AddressState* place = nullptr;
  return impl_->ask({address, true}, place);
}
void Politeness::leave_mail(const IpAddress& address, bool refused) {
  impl_->leave({address, true}, refused);
}
void Politeness::stop() { impl_->stop.store(true, std::memory_order_relaxed); }
bool Politeness::stopped() const { return impl_->stopped(); }
std::int64_t Politeness::connections_opened() const { return impl_->opened.load(std::memory_order_relaxed); }
int Politeness::in_flight() const { return impl_->total_in_flight.load(std::memory_order_relaxed); }

}  // namespace utsyn::probe
