// `npm run openapi`: writes the pages' types of the API from its OpenAPI document. `npm test` says when they are out of step.
import { writeFileSync } from "node:fs";
import { API_TYPES_FILE, formattedApiTypes } from "./support/api-types-file.ts";

writeFileSync(API_TYPES_FILE, formattedApiTypes());
