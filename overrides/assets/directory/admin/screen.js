// The editing screen: Sveltia CMS with our own way to write an entry.

import { ORDER, STATES } from "../../../admin/model.js";
import CMS from "../../vendor/sveltia/index.js";
import { narrowed } from "./listing.js";
import { filled, ordered, recordText } from "./record-text.js";
import { refusal } from "./refusing.js";

window.fetch = narrowed(window.fetch.bind(window), STATES);
CMS.registerCustomFormat("yml", "yml", {
  toFile(entry) {
    const record = filled(entry);
    const wrong = refusal(record);
    if (wrong) {
      // The program itself only says that saving failed.
      window.alert(wrong);
      throw new Error(wrong);
    }
    return recordText(ordered(record, ORDER[record.type] ?? {}));
  },
});
CMS.init();
