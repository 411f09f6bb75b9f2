// The register of organisations: who they are, where measuring starts, who delivers to whom. Suppliers are
// organisations like the others. Everything takes the connection of the caller's transaction and the reader's
// access; every change writes its audit entry and its event; nothing is ever deleted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "base/time.h"
#include "footprint/refused.h"
#include "store/sql.h"

namespace utsyn::footprint {

using Text = std::optional<std::string>;
using Number = std::optional<std::int64_t>;

// What is kept about an organisation; nothing means unknown.
struct Details {
  Text number;  // nine digits
  Text name;
  Text kind;  // municipality, county, state, supplier, other
  Text form;
  Text municipality;
  Text county;
  Text kostra;
  Text sector;
  Text language;
  Text industry;
  Text parent;
  Text website;
  Number population;
  Number employees;
  std::optional<bool> bankrupt;
  std::optional<bool> winding_up;
  bool operator==(const Details&) const = default;
};

// The members of Details by the names they bear in the database, in JSON and in imports.
struct TextField {
  std::string_view name;
  Text Details::* member;
};
struct NumberField {
  std::string_view name;
  Number Details::* member;
  std::int64_t most;
};
struct FlagField {
  std::string_view name;
  std::optional<bool> Details::* member;
};
std::span<const TextField> text_fields();
std::span<const NumberField> number_fields();
std::span<const FlagField> flag_fields();

// Each member in the form it is kept in (a number without spaces, "Nynorsk" -> "nn"), or what is wrong with
// it. The county follows from the municipality when it is not given.
std::vector<Fault> tidy(Details& details);

struct Figures {
  UtcTime measured{};
  std::int64_t score_cp = 0;
  std::string grade;
  std::int64_t coverage = 0;
};

struct Registered {
  std::string id;
  Details details;
  UtcTime created{};
  UtcTime changed{};
  std::optional<UtcTime> removed;
  std::optional<Figures> figures;  // of the latest measurement
};

// The number if given, otherwise a new id. Refuses what tidy() does and a number that is taken.
std::string create(store::Connection& connection, UtcTime now, const access::Access& access, Details details);
// Makes the organisation what `details` says. False when it was that already.
bool change(store::Connection& connection, UtcTime now, const access::Access& access, std::string_view id,
            Details details);
// Leaves the register: no longer listed or measured, its supplies ended; all that is known of it stays.
void remove(store::Connection& connection, UtcTime now, const access::Access& access, std::string_view id,
            std::string_view reason);
// Organisations that were measured before there was a register (`utsyn measure`) join it. How many did.
int adopt_measured(store::Connection& connection, UtcTime now);

// Nothing when absent or hidden from the reader. Removed ones are found.
std::optional<Registered> find(store::Connection& connection, const access::Access& access,
                               std::string_view id);
// The id of the organisation with that number, removed or not; no access asked.
std::optional<std::string> id_of_number(store::Connection& connection, std::string_view number);

enum class Sort { name, population, employees, score };
struct Filter {
  // Each of its words begins a word of the name, the number, a domain or a host; of the latter two only where
  // the reader sees the findings, or where the domain is the website that the record shows.
  std::string text;
  Text kind;
  Text county;
  Text municipality;
  Text kostra;
  Text sector;
  Number population_from;
  Number population_to;
  Number employees_from;
  Number employees_to;
  bool removed = false;  // those that left instead of those that are there
  Sort sort = Sort::name;
  bool descending = false;
};
struct Listed {
  std::vector<Registered> items;
  std::vector<std::string> next_after;  // empty: the end
  std::optional<std::int64_t> total;    // where it cost nothing to count
};
// With Sort::score only those that have been measured. `after` is the sort key of the last one seen. The
// service lists from memory (portfolio/directory.h); this is the same asked of the database, which tests hold
// that against.
Listed list(store::Connection& connection, const access::Access& access, const Filter& filter,
            std::size_t limit, const std::vector<std::string>& after);

// A page of the list that is known already: those of `ids` that are in the register and seen, in that order.
std::vector<Registered> these(store::Connection& connection, const access::Access& access,
                              std::span<const std::string> ids);

// A word with a dot in it comes from a domain or host (those of names and numbers have none), and finds an
// organisation only for those who see its findings. The domain that is the website in the record, which
// whoever sees the score sees, stands among the words once more, with this before it.
inline constexpr char kShownDomain = '=';

// What is typed into the search box, as the beginnings of words that must all be found. Nothing although
// something was typed: nothing begins with it.
std::vector<std::string> prefixes_of(std::string_view text);

// Where a list goes on: a text, or a number that is -1 when unknown, and the id.
struct ListKey {
  std::string text;
  std::int64_t number = 0;
  std::string id;
  auto operator<=>(const ListKey&) const = default;
};
std::vector<std::string> cursor_from(const ListKey& key, Sort sort);
ListKey key_from(const std::vector<std::string>& cursor,
                 Sort sort);  // refuses what is no cursor of this order

// Where measuring starts. Domains may be internationalised; a host lies under one of the domains.
struct TargetName {
  std::string kind;  // domain, host
  std::string name;
  UtcTime added{};
  std::string added_by;
  bool opted_out = false;
};
std::vector<TargetName> targets(store::Connection& connection, std::string_view organisation);
// True when measuring starts from it from now on; false when it did already, and when the name has to wait
// for a proof or an administrator (footprint/waiting_targets.h). Gives the name as it is kept in `name`. What
// left with it when it was removed once is proposed again.
bool add_target(store::Connection& connection, UtcTime now, const access::Access& access,
                std::string_view organisation, std::string_view kind, std::string& name);
// The hosts under a domain go with it. One that waits is withdrawn. One that was never measured (a slip of
// the pen) goes for any reason; one that has assets needs what the rejection of an asset needs: those that
// leave become rejected, each with reason and evidence, and stand in the queue of ownerless assets. The
// effect on the score, by the last measurement, is logged.
void remove_target(store::Connection& connection, UtcTime now, const access::Access& access,
                   std::string_view organisation, std::string_view kind, std::string_view typed,
                   std::string_view reason, std::string_view evidence);
// "Blåfjell.example " -> "xn--blfjell-fxa.example", or why it can be no domain (host) of an organisation.
Result<std::string, Fault> target_name(std::string_view kind, std::string_view typed);

// Who delivers to whom.
struct Supply {
  std::string organisation;  // the customer
  std::string supplier;
  std::string name;  // of the other one: the supplier of a customer, the customer of a supplier
  std::int64_t criticality = 1;
  std::optional<UtcTime> since;
  std::string note;
  std::optional<Figures> figures;  // of the other one, when the reader may see its score
};
struct Supplied {
  std::vector<Supply> items;
  std::vector<std::string> next_after;
};
// Those the reader sees.
Supplied suppliers_of(store::Connection& connection, const access::Access& access,
                      std::string_view organisation, std::size_t limit,
                      const std::vector<std::string>& after);
// Who follows the supplier. A supplier sees all of them, others see those they see anyway.
Supplied customers_of(store::Connection& connection, const access::Access& access, std::string_view supplier,
                      std::size_t limit, const std::vector<std::string>& after);
// The supplier by number or id; one that is not in the register is put there with the name given. The answer
// is the same whether it was there, so that nobody learns who is. Returns the supplier's id.
std::string supply(store::Connection& connection, UtcTime now, const access::Access& access,
                   std::string_view organisation, std::string_view supplier, const Text& name,
                   std::int64_t criticality, std::string_view note);
void end_supply(store::Connection& connection, UtcTime now, const access::Access& access,
                std::string_view organisation, std::string_view supplier);

}  // namespace utsyn::footprint
