export function digest(text: string): string;
export function double(n: number): number;
export function shout(text: string): string;
export function point(p: { x: number; y: number }): { x: number; y: number };
export function fails(n: number): number;
export function digestAll(texts: string[]): string[];
export function doubleAll(numbers: number[]): number[];
export function shoutAll(texts: string[]): string[];
export function pointAll(points: { x: number; y: number }[]): { x: number; y: number }[];
