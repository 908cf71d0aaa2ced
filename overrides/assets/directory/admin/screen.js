// The editing screen: Sveltia CMS with our own way to write an entry.

import ORDER from "../../../admin/order.js";
import CMS from "../../vendor/sveltia/index.js";
import { filled, ordered, recordText } from "./record-text.js";
import { refusal } from "./refusing.js";

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
