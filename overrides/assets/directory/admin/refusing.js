// What must not even be proposed: a pull request is public, and what was pushed can be read for ever.

const PLACE = ["address", "county", "point", "description"];
const CLOSER_THAN_TOWN = ["address_1", "address_2", "postal_code"];

/** Why a record must not be saved, or nothing. */
export function refusal(record) {
  const location = record.location ?? {};
  if (location.visibility === "withheld" && PLACE.some((name) => name in location)) {
    return "The place is hidden, but the form says where it is. Nothing was saved. Delete the place.";
  }
  const near = CLOSER_THAN_TOWN.some((name) => name in (location.address ?? {}));
  const given = near || "point" in location || "description" in location;
  if (record.type === "domestic_violence" && given && !location.authorisation) {
    return "This program's place must stay hidden until it has said in writing that it may be shown. Nothing was saved.";
  }
  return "";
}
