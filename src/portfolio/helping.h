// Fix once, help many (methodology section 9, the national view): what one operator or supplier could do, and
// for how many. An action is one check put right on everything that one operator runs for others; it is
// ranked by the sum over customers of (score with it done - score now) * inhabitants. Where the customers are
// not charged for it (a layer the provider controls) that sum is zero, and inhabitants and customers decide.
#pragma once

#include <string>
#include <vector>

#include "portfolio/columns.h"
#include "portfolio/filter.h"
#include "store/sql.h"

namespace utsyn::portfolio {

struct Customer {
  std::string organisation;
  std::int64_t inhabitants = 0;
};
// Those whose findings the reader sees, the most inhabitants first, at most `most`; `left_out` says how many
// more there are.
struct Customers {
  std::vector<Customer> taken;
  std::size_t left_out = 0;
};
Customers customers_among(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                          std::size_t most);
inline constexpr std::size_t kMostCustomers = 2'000;

struct Help {
  std::string operator_domain;
  std::string supplier;  // in the register, when a supplier there has this domain; empty else
  std::string check;
  std::size_t customers = 0;
  std::size_t findings = 0;
  std::int64_t inhabitants = 0;
  std::int64_t gain_cp = 0;              // sum over customers
  std::int64_t gain_cp_inhabitants = 0;  // what ranks it
};
// Reads the findings and scores of these customers.
std::vector<Help> helps_for(store::Connection& connection, const std::vector<Customer>& customers,
                            std::size_t most);

}  // namespace utsyn::portfolio
