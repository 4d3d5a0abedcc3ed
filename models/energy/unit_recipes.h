// Recipes of the events of the units (sim/PROGRAM.md, section 7), by block and event: an event name
// such as x_read_bits stands for another memory in each unit. models/energy/recipes.md lists them. Internal
// to models/energy.
#pragma once
#include "models/energy/recipe_context.h"

namespace scansim {

// nullptr: this block has no recipe of its own for the event.
recipe unit_recipe(const std::string& block, const std::string& event);
bool is_unit_event(const std::string& event);

}  // namespace scansim
