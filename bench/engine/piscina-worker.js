import { workerData } from "piscina";
import * as forms from "./forms.js";

const { buffer, length } = workerData;
const all = new Float64Array(buffer);

export default ({ form, begin, end }) => forms[form](all, length, begin, end);
